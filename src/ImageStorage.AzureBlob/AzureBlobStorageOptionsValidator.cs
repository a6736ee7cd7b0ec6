using System.Text.RegularExpressions;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;

namespace ImageStorage.AzureBlob;

/// <summary>Checks the options of the provider; each message names the setting and the remedy, and the value where it is no secret.</summary>
internal sealed partial class AzureBlobStorageOptionsValidator : IValidateOptions<AzureBlobStorageOptions>
{
    private const int LeastBlock = 128 << 10;
    private const int MostBuffer = 8 << 20;
    private const int MostPrefix = 200;

    public ValidateOptionsResult Validate(string? name, AzureBlobStorageOptions options) =>
        Failure(options) is { } failure ? ValidateOptionsResult.Fail(failure) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(AzureBlobStorageOptions options)
    {
        if (Failure(options) is { } failure)
        {
            throw new OptionsValidationException(nameof(AzureBlobStorageOptions), typeof(AzureBlobStorageOptions), [failure]);
        }
    }

    private static string? Failure(AzureBlobStorageOptions options) => ConnectionFailure(options) ?? PlaceFailure(options) ?? LimitFailure(options);

    private static string? ConnectionFailure(AzureBlobStorageOptions options)
    {
        var given = (string.IsNullOrWhiteSpace(options.ConnectionString) ? 0 : 1) + (options.ServiceUri is null ? 0 : 1) + (options.ContainerClient is null ? 0 : 1);
        return given != 1
            ? $"AzureBlob: {(given == 0 ? "nothing says where the account is" : "several settings say where the account is")}: set one of ConnectionString, ServiceUri (with Credential) and ContainerClient."
            : options.ServiceUri is { IsAbsoluteUri: false } or { Scheme: not "https" and not "http" }
                ? "AzureBlob.ServiceUri is no address of a blob service: set it to one such as https://myaccount.blob.core.windows.net."
            : options.ServiceUri is { Query.Length: > 0 }
                ? "AzureBlob.ServiceUri has a query; a shared access signature belongs into a connection string or a ContainerClient of your own."
            : options.Credential is not null && options.ServiceUri is null
                ? "AzureBlob.Credential is set without ServiceUri: set the address of the account's blob service as well."
            : null;
    }

    private static string? PlaceFailure(AzureBlobStorageOptions options) =>
        options.ContainerClient is null && !ContainerName().IsMatch(options.Container) && options.Container != "$root"
            ? $"AzureBlob.Container is '{options.Container}': set it to 3 to 63 lower-case letters, digits and single hyphens."
        : options.Prefix.Length > MostPrefix || !PrefixText().IsMatch(options.Prefix) || options.Prefix.Split('/').Any(segment => segment.EndsWith('.'))
            ? $"AzureBlob.Prefix is '{options.Prefix}': use at most {MostPrefix} of A-Z, a-z, 0-9, '-', '_', '.' and single '/' inside, no segment ending with '.'."
        : null;

    private static string? LimitFailure(AzureBlobStorageOptions options) =>
        options.SingleRequestThreshold is < 1 or > MostBuffer
            ? $"AzureBlob.SingleRequestThreshold is {options.SingleRequestThreshold}: set it to 1 to {MostBuffer} bytes."
        : options.BlockLength is < LeastBlock or > MostBuffer
            ? $"AzureBlob.BlockLength is {options.BlockLength}: set it to {LeastBlock} to {MostBuffer} bytes."
        : options.Concurrency is < 1 or > 256
            ? $"AzureBlob.Concurrency is {options.Concurrency}: set it to 1 to 256."
        : options.RequestTimeout <= TimeSpan.Zero || options.RequestTimeout > TimeSpan.FromMinutes(10)
            ? $"AzureBlob.RequestTimeout is {options.RequestTimeout}: set it to more than nothing and at most 10 minutes."
        : options.MaxRetries is < 0 or > 10
            ? $"AzureBlob.MaxRetries is {options.MaxRetries}: set it to 0 to 10."
        : options.RetryDelay < TimeSpan.Zero || options.RetryDelay > TimeSpan.FromSeconds(5)
            ? $"AzureBlob.RetryDelay is {options.RetryDelay}: set it to at most 5 seconds."
        : options.AccessTier == AccessTier.Archive
            ? "AzureBlob.AccessTier is Archive, from which nothing can be read: set it to Hot, Cool or Cold, and move images to Archive by a lifecycle policy only if you can do without them."
        : options.ReplacedContentRetention < TimeSpan.Zero
            ? $"AzureBlob.ReplacedContentRetention is {options.ReplacedContentRetention}: set it to nothing or more."
        : null;

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex ContainerName();

    [GeneratedRegex("^([A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/?)?$")]
    private static partial Regex PrefixText();
}
