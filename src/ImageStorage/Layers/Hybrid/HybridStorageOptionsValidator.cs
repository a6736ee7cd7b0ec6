using System.Globalization;
using Microsoft.Extensions.Options;

namespace ImageStorage.Hybrid;

/// <summary>Checks the options of a hybrid store; each message names the setting, its value and the remedy.</summary>
internal sealed class HybridStorageOptionsValidator : IValidateOptions<HybridStorageOptions>
{
    private static readonly TimeSpan LeastGrace = TimeSpan.FromMinutes(1);

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
            yield return string.Create(CultureInfo.InvariantCulture, $"Hybrid.InlineLimit is {options.InlineLimit}: set it to the most bytes of an image that the catalog keeps, 0 or more.");
        }

        if (options.OrphanGrace < LeastGrace)
        {
            yield return $"Hybrid.OrphanGrace is {options.OrphanGrace}: set it to {LeastGrace} or more, longer than any save takes to commit.";
        }

        if (options.SweepInterval <= TimeSpan.Zero)
        {
            yield return $"Hybrid.SweepInterval is {options.SweepInterval}: set it to the time between two sweeps, or to nothing for none.";
        }
    }
}
