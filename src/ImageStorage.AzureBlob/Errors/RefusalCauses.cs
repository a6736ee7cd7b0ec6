using Azure;

namespace ImageStorage.AzureBlob.Errors;

/// <summary>Tells apart why the service refused access: each cause has another remedy. Texts of the service are read and never shown, as they may quote a signature.</summary>
internal static class RefusalCauses
{
    // The service refuses requests whose time is more than 15 minutes off.
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(15);

    public static FailureCause Of(RequestFailedException failure, string code)
    {
        var remedy = failure.ErrorCode switch
        {
            _ when IsClockOff(failure) => "The clock of this machine differs from the service's by more than 15 minutes: set it.",
            _ when Says(failure, "not valid in the specified time frame") => "The shared access signature has expired or is not valid yet: make a new one, and look at the clock of this machine.",
            "AuthenticationFailed" or "InvalidAuthenticationInfo" or "NoAuthenticationInformation" =>
                "The service does not accept the sign-in: look at the account key or the shared access signature in the connection string, or at the tenant of the identity.",
            "AuthorizationPermissionMismatch" or "InsufficientAccountPermissions" =>
                "The sign-in is accepted, but lacks a permission: give the identity the role Storage Blob Data Contributor, or the shared access signature the permissions to read, add, create, write, delete and list.",
            "AuthorizationSourceIPMismatch" => "The shared access signature is for other addresses: use it from there, or make one for this machine.",
            "KeyBasedAuthenticationNotPermitted" => "The account does not permit its keys: set ServiceUri and sign in with an identity.",
            "AuthorizationProtocolMismatch" => "The shared access signature is for https alone: use https in the address of the account.",
            "AuthorizationResourceTypeMismatch" or "AuthorizationServiceMismatch" => "The shared access signature is for other resources: make one for containers and objects of the blob service.",
            "AccountIsDisabled" => "The account is disabled: look at its subscription.",

            // AuthorizationFailure among them: the service means the firewall or a permission, an emulator also a wrong key.
            _ => "Look at the account key; at the permissions and times of a shared access signature; at the role of an identity, which needs Storage Blob Data Contributor; at the firewall of the account; and at the clock of this machine.",
        };
        return new($"access was refused ({code})", remedy, IsTransient: false);
    }

    private static bool IsClockOff(RequestFailedException failure) =>
        Says(failure, "date header too old")
        || (failure.GetRawResponse()?.Headers.Date is { } there && (there - TimeProvider.System.GetUtcNow()).Duration() > MostSkew);

    private static bool Says(RequestFailedException failure, string text) => failure.Message.Contains(text, StringComparison.OrdinalIgnoreCase);
}
