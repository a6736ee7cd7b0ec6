using System.Net.Sockets;
using System.Security.Authentication;

namespace ImageStorage.AzureBlob.Errors;

/// <summary>Determines why a request got no response.</summary>
internal static class TransportCauses
{
    private const string MayHaveTakenEffect = "A write may have taken effect: read the data before you repeat the write.";

    /// <summary>Returns the cause of a failure without a response.</summary>
    public static FailureCause Of(Exception exception)
    {
        var all = Inner(exception).ToList();
        var http = all.OfType<HttpRequestException>().FirstOrDefault(failure => failure.HttpRequestError != HttpRequestError.Unknown);
        var socket = all.OfType<SocketException>().FirstOrDefault();
        if (all.Exists(inner => inner is AuthenticationException))
        {
            return new(
                "the service does not answer over TLS: its certificate is not trusted or belongs to another name",
                "Check the address of the account, the trusted certificates of this machine, and a proxy between them.",
                IsTransient: false);
        }

        return (http?.HttpRequestError, socket?.SocketErrorCode) switch
        {
            (HttpRequestError.NameResolutionError, _) or (_, SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain) =>
                new("the service does not answer: the name of its host is not known", "Check the name of the account in the connection string or ServiceUri, and the name service of this machine.", IsTransient: true),
            (_, SocketError.ConnectionRefused) =>
                new("the service does not answer: the connection was refused", "Check the address and port of the account, and whether the service or emulator is running.", IsTransient: true),
            (HttpRequestError.SecureConnectionError, _) =>
                new("the service does not answer: no TLS connection could be made", $"Check the address of the account (https or http) and a proxy between this machine and the account. {MayHaveTakenEffect}", IsTransient: true),
            (_, SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown) =>
                new("the service does not answer: its network cannot be reached", $"Check the network of this machine and the firewall. {MayHaveTakenEffect}", IsTransient: true),
            _ when all.Exists(inner => inner is OperationCanceledException or TimeoutException) || socket?.SocketErrorCode == SocketError.TimedOut =>
                new("the service does not answer in time (AzureBlob.RequestTimeout)", $"Check the network, the address of the account and its firewall. {MayHaveTakenEffect}", IsTransient: true),
            _ => new("the service does not answer: the connection broke", $"Check the network, the address of the account and its firewall. {MayHaveTakenEffect}", IsTransient: true),
        };
    }

    // The last attempt counts, so its exceptions come first.
    private static IEnumerable<Exception> Inner(Exception exception) => exception switch
    {
        AggregateException several => several.InnerExceptions.Reverse().SelectMany(Inner),
        { InnerException: { } inner } => Inner(inner).Prepend(exception),
        _ => [exception],
    };
}
