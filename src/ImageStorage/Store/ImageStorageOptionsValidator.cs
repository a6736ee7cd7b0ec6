using Microsoft.Extensions.Options;

namespace ImageStorage.Store;

/// <summary>Validates the options of a store. Each message names the setting, the value and the remedy.</summary>
internal sealed class ImageStorageOptionsValidator : IValidateOptions<ImageStorageOptions>
{
    private const int MinHeaderLength = 4 << 10;

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
            yield return $"Validation.MaxLength is {validation.MaxLength}: set it to the maximum number of bytes of an image, 1 or more.";
        }

        if (validation.MaxPixels < 1)
        {
            yield return $"Validation.MaxPixels is {validation.MaxPixels}: set it to the maximum number of pixels of an image, 1 or more.";
        }

        if (validation.MaxHeaderLength < MinHeaderLength)
        {
            yield return $"Validation.MaxHeaderLength is {validation.MaxHeaderLength}: set it to the maximum number of bytes before the pixels, {MinHeaderLength} or more.";
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
                yield return $"Validation.AllowedContentTypes names '{type}', which is the type of no known format: use {string.Join(", ", known)}, or add a format with SetFormats.";
            }
        }
    }
}
