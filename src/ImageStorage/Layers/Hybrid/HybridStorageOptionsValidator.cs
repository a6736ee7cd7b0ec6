using System.Globalization;
using Microsoft.Extensions.Options;

namespace ImageStorage.Hybrid;

/// <summary>
/// Validates the options of a hybrid store. Each message names the setting, its value and the valid values.
/// </summary>
internal sealed class HybridStorageOptionsValidator : IValidateOptions<HybridStorageOptions>
{
    private static readonly TimeSpan MinGrace = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, HybridStorageOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(HybridStorageOptions options)
    {
        if (Failures(options).ToList() is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(HybridStorageOptions), typeof(HybridStorageOptions), failures);
        }
    }

    private static IEnumerable<string> Failures(HybridStorageOptions options)
    {
        if (options.InlineLimit < 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Hybrid.InlineLimit is {options.InlineLimit}: set it to the maximum size in bytes of an image that the catalog holds, 0 or more.");
        }

        if (options.OrphanGrace < MinGrace)
        {
            yield return $"Hybrid.OrphanGrace is {options.OrphanGrace}: set it to {MinGrace} or more, and to more than any save takes.";
        }

        if (options.SweepInterval <= TimeSpan.Zero)
        {
            yield return $"Hybrid.SweepInterval is {options.SweepInterval}: set it to the time between two sweeps, or to none to disable sweeps.";
        }
    }
}
