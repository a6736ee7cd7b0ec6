using Microsoft.Extensions.Options;

namespace ImageStorage.Store;

/// <summary>Checks the options of a store; each message names the setting, its value and the remedy.</summary>
internal sealed class ImageStorageOptionsValidator : IValidateOptions<ImageStorageOptions>
{
    private const int LeastHeaderLength = 4 << 10;

    public ValidateOptionsResult Validate(string? name, ImageStorageOptions options)
    {
        var failures = Failures(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    public static void ThrowIfInvalid(ImageStorageOptions options)
    {
        var failures = Failures(options).ToList();
        if (failures.Count > 0)
        {
            throw new OptionsValidationException(nameof(ImageStorageOptions), typeof(ImageStorageOptions), failures);
        }
    }

    public static IEnumerable<string> Failures(ImageStorageOptions options)
    {
        var validation = options.Validation;
        if (!Enum.IsDefined(options.Identity))
        {
            yield return $"Identity is {(int)options.Identity}: set it to {nameof(ContentIdentity.Sha256)} or {nameof(ContentIdentity.XxHash128)}.";
        }

        if (validation.MaxLength < 1)
        {
            yield return $"Validation.MaxLength is {validation.MaxLength}: set it to the most bytes that an image may have, 1 or more.";
        }

        if (validation.MaxPixels < 1)
        {
            yield return $"Validation.MaxPixels is {validation.MaxPixels}: set it to the most pixels that an image may have, 1 or more.";
        }

        if (validation.MaxHeaderLength < LeastHeaderLength)
        {
            yield return $"Validation.MaxHeaderLength is {validation.MaxHeaderLength}: set it to the maximum number of bytes before the pixels, {LeastHeaderLength} or more.";
        }

        var known = validation.GetFormats().Select(format => format.ContentType).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (known.Count == 0)
        {
            yield return "Validation has no formats: pass at least one to SetFormats.";
        }

        foreach (var type in validation.AllowedContentTypes ?? [])
        {
            if (!known.Any(name => ContentTypeNames.AreSame(name, type)))
            {
                yield return $"Validation.AllowedContentTypes names '{type}', which no known format has: use {string.Join(", ", known)}, or add a format with SetFormats.";
            }
        }
    }
}
