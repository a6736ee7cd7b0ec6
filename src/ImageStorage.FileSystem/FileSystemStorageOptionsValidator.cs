using Microsoft.Extensions.Options;

namespace ImageStorage.FileSystem;

/// <summary>Validates the options of the provider. Each message names the setting, its value and the remedy.</summary>
internal sealed class FileSystemStorageOptionsValidator : IValidateOptions<FileSystemStorageOptions>
{
    public ValidateOptionsResult Validate(string? name, FileSystemStorageOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(FileSystemStorageOptions options)
    {
        if (Failures(options).ToList() is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(FileSystemStorageOptions), typeof(FileSystemStorageOptions), failures);
        }
    }

    private static IEnumerable<string> Failures(FileSystemStorageOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Path))
        {
            yield return "FileSystem.Path is empty: set it to the folder that holds the images, such as \"data/images\".";
        }
        else if (options.Path.Any(char.IsControl))
        {
            yield return $"FileSystem.Path contains {(options.Path.Contains('\0', StringComparison.Ordinal) ? "NUL" : "a line break or another control character")}: set it to the folder that holds the images.";
        }

        if (!Enum.IsDefined(options.Durability))
        {
            yield return $"FileSystem.Durability is {(int)options.Durability}: set it to {nameof(Durability.Full)} or {nameof(Durability.Relaxed)}.";
        }
    }
}
