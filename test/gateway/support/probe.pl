# A governed command that does as it is told, a line each: it tries something and says how that ended, in one line.
# In perl, which every Debian has, because it is read by a user who may read nothing of the project's.
use strict;
use warnings;
use Socket;

$| = 1;
my %kept;

sub outcome { return $_[0] ? 'ok' : 'errno ' . ($! + 0) }

sub stream {
    my ($family, $protocol) = @_;
    socket(my $socket, $family, SOCK_STREAM, $protocol) or return;
    my $patience = pack('l!l!', 0, 300_000);
    setsockopt($socket, SOL_SOCKET, $_, $patience) for SO_SNDTIMEO, SO_RCVTIMEO;
    return $socket;
}

sub reach {
    my ($host, $port, $protocol) = @_;
    my $socket = stream(PF_INET, $protocol) or return outcome(0);
    return outcome(connect($socket, sockaddr_in($port, inet_aton($host))));
}

# Sends some bytes and waits for an answer.
sub speak {
    my ($host, $port, $hex) = @_;
    my $socket = stream(PF_INET, 0) or return outcome(0);
    connect($socket, sockaddr_in($port, inet_aton($host))) or return outcome(0);
    send($socket, pack('H*', $hex), 0);
    my $answer;
    return outcome(defined(recv($socket, $answer, 512, 0)) && length($answer));
}

sub ask {
    my ($resolver, $name) = @_;
    socket(my $socket, PF_INET, SOCK_DGRAM, 0) or return outcome(0);
    setsockopt($socket, SOL_SOCKET, SO_RCVTIMEO, pack('l!l!', 1, 0));
    my $labels = join('', map { pack('C/a', $_) } split(/\./, $name));
    my $question = pack('n6', 7, 0x0100, 1, 0, 0, 0) . $labels . pack('Cn2', 0, 1, 1);
    defined(send($socket, $question, 0, sockaddr_in(53, inet_aton($resolver)))) or return outcome(0);
    return outcome(defined(recv($socket, my $answer, 512, 0)));
}

sub listen_at {
    my ($host, $port) = @_;
    my $socket = stream(PF_INET, 0) or return outcome(0);
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
    bind($socket, sockaddr_in($port, inet_aton($host))) or return outcome(0);
    $kept{$port} = $socket;
    return outcome(listen($socket, 5));
}

sub in_child {
    my @line = @_;
    my $pid = open(my $child, '-|') // return outcome(0);
    if (!$pid) { print tried(@line); exit 0 }
    return scalar <$child>;
}

# Eight children send datagrams by turns to a port that is open and to one that is not: how many went each way.
sub crowd {
    my ($host, $open, $closed) = @_;
    my ($passed, $refused) = (0, 0);
    my @children = map {
        my $pid = open(my $child, '-|') // return outcome(0);
        if (!$pid) {
            socket(my $socket, PF_INET, SOCK_DGRAM, 0) or exit 1;
            my @right = (0, 0);
            for (1 .. 100) {
                $right[0]++ if defined(send($socket, 'x', 0, sockaddr_in($open, inet_aton($host))));
                $right[1]++ if !defined(send($socket, 'x', 0, sockaddr_in($closed, inet_aton($host)))) && $!{EPERM};
            }
            print "@right\n";
            exit 0;
        }
        $child;
    } 1 .. 8;
    for my $child (@children) {
        my ($through, $stopped) = split(/ /, scalar <$child>);
        ($passed, $refused) = ($passed + $through, $refused + $stopped);
    }
    return "$passed passed, $refused refused";
}

my %ways = (
    tcp    => sub { reach(@_, 0) },
    mptcp  => sub { reach(@_, 262) },
    udp    => sub {
        my ($host, $port) = @_;
        socket(my $socket, PF_INET, SOCK_DGRAM, 0) or return outcome(0);
        return outcome(defined(send($socket, 'x', 0, sockaddr_in($port, inet_aton($host)))));
    },
    ask    => \&ask,
    speak  => \&speak,
    listen => \&listen_at,
    socket => sub { outcome(socket(my $socket, $_[0], $_[1], $_[2])) },
    call   => sub { my ($number, @rest) = map { $_ + 0 } @_; outcome(syscall($number, @rest) >= 0) },
    type   => sub { outcome(ioctl(STDIN, 0x5412, my $letter = 'x')) },
    write  => sub { open(my $file, '>', $_[0]) or return outcome(0); syswrite($file, $_[1]); outcome(close($file)) },
    run    => sub { my $said = qx(@_ 2>&1); $said =~ s/\n/|/g; $said },
    child  => \&in_child,
    crowd  => \&crowd,
);

sub tried {
    my ($way, @rest) = @_;
    return ($ways{$way} // sub { "unknown way $way" })->(@rest);
}

print "ready\n";
while (my $line = <STDIN>) { chomp $line; print tried(split(/ /, $line)), "\n" }
