using Microsoft.Extensions.Options;

namespace ImageStorage.FileSystem;

/// <summary>Checks the options of the provider; each message names the setting, its value and the remedy.</summary>
internal sealed class FileSystemStorageOptionsValidator : IValidateOptions<FileSystemStorageOptions>
{
    public ValidateOptionsResult Validate(string? name, FileSystemStorageOptions options) =>
        Failure(options) is { } failure ? ValidateOptionsResult.Fail(failure) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(FileSystemStorageOptions options)
    {
        if (Failure(options) is { } failure)
        {
            throw new OptionsValidationException(nameof(FileSystemStorageOptions), typeof(FileSystemStorageOptions), [failure]);
        }
    }

    private static string? Failure(FileSystemStorageOptions options) =>
        string.IsNullOrWhiteSpace(options.Path) ? "FileSystem.Path is empty: set it to the folder that holds the images, such as \"data/images\"."
        : options.Path.Contains('\0', StringComparison.Ordinal) ? "FileSystem.Path contains NUL: set it to the folder that holds the images."
        : !Enum.IsDefined(options.Durability) ? $"FileSystem.Durability is {(int)options.Durability}: set it to {nameof(Durability.Full)} or {nameof(Durability.Relaxed)}."
        : null;
}
