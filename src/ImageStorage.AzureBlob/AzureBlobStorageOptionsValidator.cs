using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;

namespace ImageStorage.AzureBlob;

/// <summary>
/// Validates the options. Each message names the setting and the remedy, and the value unless it is secret.
/// </summary>
internal sealed partial class AzureBlobStorageOptionsValidator : IValidateOptions<AzureBlobStorageOptions>
{
    private const int MinBlock = 128 << 10;
    private const int MaxBuffer = 8 << 20;
    private const int MaxPrefix = 200;
    private static readonly AccessTier[] Readable = [AccessTier.Hot, AccessTier.Cool, AccessTier.Cold];

    public ValidateOptionsResult Validate(string? name, AzureBlobStorageOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(AzureBlobStorageOptions options)
    {
        if (Failures(options).ToList() is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(AzureBlobStorageOptions), typeof(AzureBlobStorageOptions), failures);
        }
    }

    /// <summary>Returns the access tier that a text names; null when the text names none.</summary>
    // The cast to a nullable type prevents the implicit conversion of a null text to a tier, which throws.
    public static AccessTier? TierOf(string text) =>
        Readable.Append(AccessTier.Archive).Select(tier => (AccessTier?)tier).FirstOrDefault(tier => string.Equals(tier.ToString(), text, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Failures(AzureBlobStorageOptions options) =>
        new[] { ConnectionFailure(options), ContainerFailure(options), PrefixFailure(options) }.OfType<string>().Concat(LimitFailures(options));

    private static string? ConnectionFailure(AzureBlobStorageOptions options)
    {
        var given = (options.ConnectionString is null ? 0 : 1) + (options.ServiceUri is null ? 0 : 1) + (options.ContainerClient is null ? 0 : 1);
        return given != 1
            ? $"AzureBlob: {(given == 0 ? "no setting names the account" : "several settings name the account")}: set one of ConnectionString, ServiceUri (with Credential) and ContainerClient."
            : options.ConnectionString is { } connectionString ? ConnectionStringFailure(connectionString)
            : options.ServiceUri is { } uri ? ServiceUriFailure(uri)
            : options.Credential is not null ? "AzureBlob.Credential is set without ServiceUri: set the address of the account's blob service as well."
            : null;
    }

    // The value is secret: the messages describe the problem, and never quote the value.
    private static string? ConnectionStringFailure(string value) =>
        string.IsNullOrWhiteSpace(value) ? "AzureBlob.ConnectionString is empty: set it to the connection string of the account, or remove it and set ServiceUri."
        : value.Any(char.IsControl) ? "AzureBlob.ConnectionString contains a line break or another control character, as files and pasted secrets often do: remove it, also at the end."
        : char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]) ? "AzureBlob.ConnectionString begins or ends with a blank: remove it."
        : value.AsSpan().ContainsAny('"', '\'') ? "AzureBlob.ConnectionString contains quotation marks: remove them; a connection string has none."
        : !IsConnectionString(value) ? "AzureBlob.ConnectionString is not a connection string of a storage account: copy it again from the account's access keys."
        : null;

    private static bool IsConnectionString(string value)
    {
        try
        {
            // Parses the text, and sends no request.
            _ = new BlobServiceClient(value);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException)
        {
            // The client's own message may quote a part of the secret.
            return false;
        }
    }

    private static string? ServiceUriFailure(Uri uri) =>
        !uri.IsAbsoluteUri || uri.Scheme is not ("https" or "http") ? "AzureBlob.ServiceUri is not the address of a blob service: set it to an address such as https://myaccount.blob.core.windows.net."
        : uri.Query.Length > 0 ? "AzureBlob.ServiceUri has a query: use a connection string or a ContainerClient for a shared access signature."
        : uri.Scheme == "http" ? "AzureBlob.ServiceUri begins with http://, which exposes the credential: use https://, or a connection string for an emulator."
        : null;

    private static string? ContainerFailure(AzureBlobStorageOptions options) =>
        options.ContainerClient is null && options.Container != "$root" && !ContainerName().IsMatch(options.Container)
            ? $"AzureBlob.Container is '{Visible(options.Container)}': set it to 3 to 63 lower-case letters, digits and single hyphens."
            : null;

    private static string? PrefixFailure(AzureBlobStorageOptions options) =>
        options.Prefix.Length > MaxPrefix || !PrefixText().IsMatch(options.Prefix) || options.Prefix.Split('/').Any(segment => segment.EndsWith('.'))
            ? $"AzureBlob.Prefix is '{Visible(options.Prefix)}': use at most {MaxPrefix} of A-Z, a-z, 0-9, '-', '_', '.' and single '/' inside, no segment ending with '.'."
            : null;

    private static IEnumerable<string> LimitFailures(AzureBlobStorageOptions options)
    {
        if (options.SingleRequestThreshold is < 1 or > MaxBuffer)
        {
            yield return $"AzureBlob.SingleRequestThreshold is {options.SingleRequestThreshold}: set it to 1 to {MaxBuffer} bytes.";
        }

        if (options.BlockLength is < MinBlock or > MaxBuffer)
        {
            yield return $"AzureBlob.BlockLength is {options.BlockLength}: set it to {MinBlock} to {MaxBuffer} bytes.";
        }

        if (options.Concurrency is < 1 or > 256)
        {
            yield return $"AzureBlob.Concurrency is {options.Concurrency}: set it to 1 to 256.";
        }

        if (options.RequestTimeout <= TimeSpan.Zero || options.RequestTimeout > TimeSpan.FromMinutes(10))
        {
            yield return $"AzureBlob.RequestTimeout is {options.RequestTimeout}: set it to more than 0 and at most 10 minutes.";
        }

        if (options.MaxRetries is < 0 or > 10)
        {
            yield return $"AzureBlob.MaxRetries is {options.MaxRetries}: set it to 0 to 10.";
        }

        if (options.RetryDelay < TimeSpan.Zero || options.RetryDelay > TimeSpan.FromSeconds(5))
        {
            yield return $"AzureBlob.RetryDelay is {options.RetryDelay}: set it to at most 5 seconds.";
        }

        if (options.AccessTier is { } archive && archive == AccessTier.Archive)
        {
            yield return "AzureBlob.AccessTier is Archive, whose images cannot be read: set it to Hot, Cool or Cold.";
        }
        else if (options.AccessTier is { } tier && !Readable.Contains(tier))
        {
            yield return $"AzureBlob.AccessTier is '{Visible(tier.ToString())}': set it to Hot, Cool or Cold.";
        }

        if (options.ReplacedContentRetention < TimeSpan.Zero)
        {
            yield return $"AzureBlob.ReplacedContentRetention is {options.ReplacedContentRetention}: set it to 0 or more.";
        }
    }

    /// <summary>
    /// Returns a text with escaped control characters, so that a line break is visible and cannot forge a line of a
    /// log.
    /// </summary>
    private static string Visible(string text) => string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));

    // Unlike $, \z does not match before a line break at the end.
    [GeneratedRegex(@"\A(?=.{3,63}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex ContainerName();

    [GeneratedRegex(@"\A([A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/?)?\z")]
    private static partial Regex PrefixText();
}
