using Azure;

namespace ImageStorage.AzureBlob.Errors;

/// <summary>
/// Determines why the service refused access; each cause has another remedy. Texts of the service are read and never
/// shown, because they may quote a signature.
/// </summary>
internal static class RefusalCauses
{
    // The service refuses requests with a larger clock skew.
    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(15);

    /// <summary>Returns the cause of a refusal.</summary>
    public static FailureCause Of(RequestFailedException failure, string code)
    {
        var remedy = failure.ErrorCode switch
        {
            _ when IsClockOff(failure) => "The clock of this machine differs from the clock of the service by more than 15 minutes: set the clock.",
            _ when Says(failure, "not valid in the specified time frame") => "The shared access signature has expired or is not valid yet: create a new signature, and check the clock of this machine.",
            "AuthenticationFailed" or "InvalidAuthenticationInfo" or "NoAuthenticationInformation" =>
                "The service does not accept the sign-in: check the account key or the shared access signature in the connection string, or the tenant of the identity.",
            "AuthorizationPermissionMismatch" or "InsufficientAccountPermissions" =>
                "The sign-in is accepted, but lacks a permission: give the identity the role Storage Blob Data Contributor, or give the shared access signature the permissions to read, add, create, write, delete and list.",
            "AuthorizationSourceIPMismatch" => "The shared access signature is valid for other addresses: create a signature for this machine.",
            "KeyBasedAuthenticationNotPermitted" => "The account does not permit its keys: set ServiceUri and sign in with an identity.",
            "AuthorizationProtocolMismatch" => "The shared access signature requires https: use https in the address of the account.",
            "AuthorizationResourceTypeMismatch" or "AuthorizationServiceMismatch" => "The shared access signature is valid for other resources: create a signature for containers and objects of the blob service.",
            "AccountIsDisabled" => "The account is disabled: check its subscription.",

            // Includes AuthorizationFailure: the service means the firewall or a permission, an emulator also a wrong
            // key.
            _ => "Check the account key; the permissions and times of a shared access signature; the role of an identity, which needs Storage Blob Data Contributor; the firewall of the account; and the clock of this machine.",
        };
        return new($"access was refused ({code})", remedy, IsTransient: false);
    }

    private static bool IsClockOff(RequestFailedException failure) =>
        Says(failure, "date header too old")
        || (failure.GetRawResponse()?.Headers.Date is { } there && (there - TimeProvider.System.GetUtcNow()).Duration() > MaxSkew);

    private static bool Says(RequestFailedException failure, string text) => failure.Message.Contains(text, StringComparison.OrdinalIgnoreCase);
}
