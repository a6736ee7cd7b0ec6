using System.Net.Sockets;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace ImageStorage.AzureBlob.Errors;

/// <summary>
/// Translates exceptions of the service and its client into the exceptions of the library, by status and code. The
/// senders of requests handle missing blobs and conflicts; here, these statuses concern the container or the account.
/// </summary>
internal static class AzureErrors
{
    private const string Name = AzureBlobImageProvider.ProviderName;

    /// <summary>Returns whether an exception is a failure of the service, of its client, or of the network.</summary>
    public static bool IsExpected(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        // The client's own timeout. A cancellation by the caller passes through.
        OperationCanceledException or TimeoutException => !cancellationToken.IsCancellationRequested,
        // The attempts of one request; the attempts may have failed in different ways.
        AggregateException several => several.InnerExceptions.Any(inner => IsExpected(inner, CancellationToken.None)),
        // HttpClient lets the SocketException of a connection pass that is reset while it is being set up.
        _ => exception is RequestFailedException or AuthenticationFailedException or HttpRequestException or IOException or SocketException,
    };

    /// <summary>Returns whether the blob of a request is missing.</summary>
    public static bool IsBlobMissing(this RequestFailedException exception) => exception.Status == 404 && !exception.IsContainerMissing();

    /// <summary>Returns whether the container is missing.</summary>
    public static bool IsContainerMissing(this RequestFailedException exception) =>
        exception.Status == 404 && (exception.ErrorCode == BlobErrorCode.ContainerNotFound || exception.ErrorCode == BlobErrorCode.ResourceNotFound);

    /// <summary>
    /// Returns whether the precondition of a request does not hold. 409 and 412 also have other meanings, with other
    /// codes.
    /// </summary>
    public static bool IsConditionNotMet(this RequestFailedException exception) =>
        (exception.Status == 412 && (exception.ErrorCode is null || exception.ErrorCode == BlobErrorCode.ConditionNotMet))
        || (exception.Status == 409 && (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.ResourceAlreadyExists));

    /// <summary>Translates an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="operation">The operation as a noun, such as "saving".</param>
    /// <param name="key">The image; null for an operation of the store.</param>
    public static ImageStorageException Translate(Exception exception, string operation, ImageKey? key)
    {
        var what = key is { } known ? $"{operation} of image '{known}'" : operation;
        return exception switch
        {
            RequestFailedException { Status: > 0 } failure => FromStatus(failure, what, key),
            AggregateException { InnerExceptions: [.., RequestFailedException { Status: > 0 } last] } => FromStatus(last, what, key),
            AuthenticationFailedException => Unavailable(what, key, "the credential returned no token", "Check the identity of this process: its sign-in, its tenant and its environment variables.", isTransient: false, inner: null),
            _ => Unavailable(what, key, TransportCauses.Of(exception), exception),
        };
    }

    private static ImageStorageException FromStatus(RequestFailedException failure, string what, ImageKey? key)
    {
        // Exceptions of the client may print the signature of a request, so refusals of access omit the inner
        // exception.
        var code = failure.ErrorCode ?? $"HTTP {failure.Status}";
        return failure.Status switch
        {
            400 when IsVersionRefused(failure) => Unavailable(
                what, key, $"the service does not support the requested version of its interface ({code})", "Update the emulator or the appliance, or pass a ContainerClient of your own with an older service version.", isTransient: false, failure),
            401 or 403 => Unavailable(what, key, RefusalCauses.Of(failure, code), inner: null),
            404 => Unavailable(what, key, $"the container does not exist ({code})", "Create the container, correct its name, or set AzureBlob.CreateContainerIfMissing.", isTransient: false, failure),
            409 when failure.ErrorCode == BlobErrorCode.ContainerBeingDeleted => Unavailable(what, key, "the container is being deleted", "Wait until the deletion is complete, about a minute.", isTransient: true, failure),
            413 => new ImageValidationException(ImageValidationKind.TooLarge, $"{Name}: {what} failed, the data exceeds the maximum size of the service ({code}).", failure) { Key = key, Provider = Name },
            408 or 429 or >= 500 => Unavailable(what, key, $"the service is busy or failing ({code})", "Try again later. A write may have taken effect: read the data before you repeat the write.", isTransient: true, failure),
            409 or 412 => Unavailable(what, key, $"the state of the blob does not allow the operation ({code})", "Check whether the blob has a lease, a snapshot, a legal hold or an immutability policy.", isTransient: false, failure),
            _ => Unavailable(what, key, $"the service refused the request ({code})", "Check the address, the kind and the settings of the account.", isTransient: false, failure),
        };
    }

    // The service names the header; an emulator names the version.
    private static bool IsVersionRefused(RequestFailedException failure) =>
        failure.ErrorCode == BlobErrorCode.InvalidHeaderValue
        && (failure.Message.Contains("x-ms-version", StringComparison.OrdinalIgnoreCase) || failure.Message.Contains("API version", StringComparison.OrdinalIgnoreCase));

    private static StorageUnavailableException Unavailable(string what, ImageKey? key, FailureCause cause, Exception? inner) =>
        Unavailable(what, key, cause.Reason, cause.Remedy, cause.IsTransient, inner);

    private static StorageUnavailableException Unavailable(string what, ImageKey? key, string reason, string remedy, bool isTransient, Exception? inner) =>
        new($"{Name}: {what} failed, {reason}. {remedy}", inner, isTransient) { Key = key, Provider = Name, Reason = reason };
}
