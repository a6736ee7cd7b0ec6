using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace ImageStorage.AzureBlob.Errors;

/// <summary>
/// Turns what the service and its client throw into the failures of the contract, by status and code. Not found and
/// conflicts are judged where the request is made; whatever of them arrives here is about the container or the account.
/// </summary>
internal static class AzureErrors
{
    private const string Name = AzureBlobImageProvider.ProviderName;

    /// <summary>Is this a failure of the service, of its client, or of the way between them?</summary>
    public static bool IsExpected(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        // The client's own time limit; a caller's cancellation passes through.
        OperationCanceledException or TimeoutException => !cancellationToken.IsCancellationRequested,
        // The attempts of one request; what the last one ended with may be of another kind.
        AggregateException several => several.InnerExceptions.Any(inner => IsExpected(inner, CancellationToken.None)),
        _ => exception is RequestFailedException or AuthenticationFailedException or HttpRequestException or IOException,
    };

    public static bool IsBlobMissing(this RequestFailedException exception) => exception.Status == 404 && !exception.IsContainerMissing();

    public static bool IsContainerMissing(this RequestFailedException exception) =>
        exception.Status == 404 && (exception.ErrorCode == BlobErrorCode.ContainerNotFound || exception.ErrorCode == BlobErrorCode.ResourceNotFound);

    /// <summary>Did the precondition of a request not hold? 409 and 412 mean other things too, which their codes tell.</summary>
    public static bool IsConditionNotMet(this RequestFailedException exception) =>
        (exception.Status == 412 && (exception.ErrorCode is null || exception.ErrorCode == BlobErrorCode.ConditionNotMet))
        || (exception.Status == 409 && (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.ResourceAlreadyExists));

    public static ImageStorageException Translate(Exception exception, string operation, ImageKey? key)
    {
        var what = key is { } known ? $"{operation} of image '{known}'" : operation;
        return exception switch
        {
            RequestFailedException { Status: > 0 } failure => FromStatus(failure, what, key),
            AggregateException { InnerExceptions: [.., RequestFailedException { Status: > 0 } last] } => FromStatus(last, what, key),
            AuthenticationFailedException => Unavailable(what, key, "the credential gave no token", "Look at the identity of this process: its sign-in, its tenant, its environment variables.", isTransient: false, inner: null),
            _ => Unavailable(what, key, TransportCauses.Of(exception), exception),
        };
    }

    private static ImageStorageException FromStatus(RequestFailedException failure, string what, ImageKey? key)
    {
        // What an exception of the client prints may show how a request was signed; where that is the matter, it is left out.
        var code = failure.ErrorCode ?? $"HTTP {failure.Status}";
        return failure.Status switch
        {
            400 when IsVersionRefused(failure) => Unavailable(
                what, key, $"the service does not know the version of its interface that was asked for ({code})", "Update the emulator or the appliance, or pass a ContainerClient of your own with an older service version.", isTransient: false, failure),
            401 or 403 => Unavailable(what, key, RefusalCauses.Of(failure, code), inner: null),
            404 => Unavailable(what, key, $"the container does not exist ({code})", "Create it, correct its name, or set AzureBlob.CreateContainerIfMissing.", isTransient: false, failure),
            409 when failure.ErrorCode == BlobErrorCode.ContainerBeingDeleted => Unavailable(what, key, "the container is being deleted", "Wait until that is done, about a minute.", isTransient: true, failure),
            413 => new ImageValidationException(ImageValidationKind.TooLarge, $"{Name}: {what} failed, it is larger than the service takes ({code}).", failure) { Key = key, Provider = Name },
            408 or 429 or >= 500 => Unavailable(what, key, $"the service is busy or failing ({code})", "Try again later. A write may or may not have had its effect: look before you repeat it.", isTransient: true, failure),
            409 or 412 => Unavailable(what, key, $"the state of the blob forbids it ({code})", "Look for a lease, a snapshot, a legal hold or an immutability policy on it.", isTransient: false, failure),
            _ => Unavailable(what, key, $"the service refused the request ({code})", "Look at the address of the account, its kind, and its settings.", isTransient: false, failure),
        };
    }

    // The service names the header, an emulator the version.
    private static bool IsVersionRefused(RequestFailedException failure) =>
        failure.ErrorCode == BlobErrorCode.InvalidHeaderValue
        && (failure.Message.Contains("x-ms-version", StringComparison.OrdinalIgnoreCase) || failure.Message.Contains("API version", StringComparison.OrdinalIgnoreCase));

    private static StorageUnavailableException Unavailable(string what, ImageKey? key, FailureCause cause, Exception? inner) =>
        Unavailable(what, key, cause.Reason, cause.Remedy, cause.IsTransient, inner);

    private static StorageUnavailableException Unavailable(string what, ImageKey? key, string reason, string remedy, bool isTransient, Exception? inner) =>
        new($"{Name}: {what} failed, {reason}. {remedy}", inner, isTransient) { Key = key, Provider = Name, Reason = reason };
}
