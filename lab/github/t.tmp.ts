import { performance } from 'node:perf_hooks';

const { checkDelivery, checkAnswer } = await import('./schemas/index.ts');
const { webhookNames, operations } = await import('./schemas/described.ts');
const t = performance.now(),
  c = process.cpuUsage();
for (const w of webhookNames) {
  checkDelivery(w, {});
}
for (const w of operations) {
  for (const s of [200, 201]) checkAnswer(w, s, {});
}
console.log(Math.round(performance.now() - t), process.cpuUsage(c).user / 1000);
