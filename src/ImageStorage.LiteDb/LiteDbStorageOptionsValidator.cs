using Microsoft.Extensions.Options;

namespace ImageStorage.LiteDb;

/// <summary>
/// Validates the options. Each message names the setting and the remedy, and the value unless it is secret.
/// </summary>
internal sealed class LiteDbStorageOptionsValidator : IValidateOptions<LiteDbStorageOptions>
{
    public const int MaxChunkBytes = 256 << 10;

    public ValidateOptionsResult Validate(string? name, LiteDbStorageOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(LiteDbStorageOptions options)
    {
        if (Failures(options).ToList() is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(LiteDbStorageOptions), typeof(LiteDbStorageOptions), failures);
        }
    }

    private static IEnumerable<string> Failures(LiteDbStorageOptions options) => new[]
    {
        LiteDbLocation.Violation(options.Path),
        Enum.IsDefined(options.Durability) ? null : $"LiteDb.Durability is {(int)options.Durability}: set it to {nameof(Durability.Full)} or {nameof(Durability.Relaxed)}.",
        Range(nameof(options.ChunkBytes), options.ChunkBytes, 4 << 10, MaxChunkBytes),
        Range(nameof(options.CheckpointBytes), options.CheckpointBytes, 1 << 20, 1 << 30),
        Range(nameof(options.MaxLength), options.MaxLength, 1 << 20, 4L << 30),
    }.OfType<string>();

    private static string? Range(string name, long value, long minimum, long maximum) =>
        value >= minimum && value <= maximum ? null : $"LiteDb.{name} is {value}: set it to {minimum} to {maximum} bytes.";
}
