using Microsoft.Extensions.Options;

namespace ImageStorage.AspNetCore.SignedUrls;

/// <summary>Validates the options of signed URLs.</summary>
internal sealed class SignedUrlOptionsValidator : IValidateOptions<SignedUrlOptions>
{
    public static readonly TimeSpan MinValidity = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxValidity = TimeSpan.FromDays(366);

    public ValidateOptionsResult Validate(string? name, SignedUrlOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    /// <summary>Returns the base address as the beginning of a link; null if the text is no address.</summary>
    public static string? BaseOf(string text) =>
        (text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal) && Uri.IsWellFormedUriString(text, UriKind.Relative))
        || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && Uri.IsWellFormedUriString(text, UriKind.Absolute))
            ? text.Contains('?', StringComparison.Ordinal) || text.Contains('#', StringComparison.Ordinal) ? null : text.TrimEnd('/')
            : null;

    private static IEnumerable<string> Failures(SignedUrlOptions options)
    {
        if (options.ValidFor < MinValidity || options.ValidFor > MaxValidity)
        {
            yield return $"SignedUrlOptions.ValidFor is {options.ValidFor}: set it to 1 second up to 366 days; minutes are usual.";
        }

        if (options.BaseUrl is { } address && BaseOf(address) is null)
        {
            yield return "SignedUrlOptions.BaseUrl is not an address: write a path such as \"/images\", or an address such as \"https://example.com/images\", without a query.";
        }

        if (options.Keys.GroupBy(key => key.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } duplicate)
        {
            yield return $"SignedUrlOptions.Keys has two keys of the name '{duplicate.Key}': give each key a name of its own, because links name their key.";
        }
    }
}
