using System.Net.Sockets;
using System.Security.Authentication;

namespace ImageStorage.AzureBlob.Errors;

/// <summary>Tells apart why a request got no answer.</summary>
internal static class TransportCauses
{
    private const string MayHaveHappened = "A write may or may not have had its effect: look before you repeat it.";

    public static FailureCause Of(Exception exception)
    {
        var all = Inner(exception).ToList();
        var http = all.OfType<HttpRequestException>().FirstOrDefault(failure => failure.HttpRequestError != HttpRequestError.Unknown);
        var socket = all.OfType<SocketException>().FirstOrDefault();
        if (all.Exists(inner => inner is AuthenticationException))
        {
            return new(
                "the service does not answer over TLS: its certificate is not trusted or belongs to another name",
                "Look at the address of the account, at the trusted certificates of this machine, and at a proxy on the way.",
                IsTransient: false);
        }

        return (http?.HttpRequestError, socket?.SocketErrorCode) switch
        {
            (HttpRequestError.NameResolutionError, _) or (_, SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain) =>
                new("the service does not answer: the name of its host is not known", "Look at the name of the account in the connection string or ServiceUri, and at the name service of this machine.", IsTransient: true),
            (_, SocketError.ConnectionRefused) =>
                new("the service does not answer: the connection was refused", "Look at the address and port of the account, and whether the service or emulator runs.", IsTransient: true),
            (HttpRequestError.SecureConnectionError, _) =>
                new("the service does not answer: no TLS connection could be made", $"Look at the address of the account (https or http) and at a proxy on the way. {MayHaveHappened}", IsTransient: true),
            (_, SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown) =>
                new("the service does not answer: its network cannot be reached", $"Look at the network of this machine and at the firewall. {MayHaveHappened}", IsTransient: true),
            _ when all.Exists(inner => inner is OperationCanceledException or TimeoutException) || socket?.SocketErrorCode == SocketError.TimedOut =>
                new("the service does not answer in time (AzureBlob.RequestTimeout)", $"Look at the network, the address of the account and its firewall. {MayHaveHappened}", IsTransient: true),
            _ => new("the service does not answer: the connection broke", $"Look at the network, the address of the account and its firewall. {MayHaveHappened}", IsTransient: true),
        };
    }

    // Of several attempts the last one counts, so it comes first.
    private static IEnumerable<Exception> Inner(Exception exception) => exception switch
    {
        AggregateException several => several.InnerExceptions.Reverse().SelectMany(Inner),
        { InnerException: { } inner } => Inner(inner).Prepend(exception),
        _ => [exception],
    };
}
