using System.Globalization;
using ImageStorage.Replication;
using Microsoft.Extensions.Options;

namespace ImageStorage.Failover;

/// <summary>Validates the options of a failover. Each message names the setting, its value and the remedy.</summary>
internal sealed class FailoverOptionsValidator : IValidateOptions<FailoverOptions>
{
    public ValidateOptionsResult Validate(string? name, FailoverOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(FailoverOptions options)
    {
        if (Failures(options).ToList() is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(FailoverOptions), typeof(FailoverOptions), failures);
        }
    }

    private static IEnumerable<string> Failures(FailoverOptions options) =>
        ReplicationRules.Failures("Failover", options.Lease, options.ReconcileInterval, options.SpoolLimit).Concat(OwnFailures(options));

    private static IEnumerable<string> OwnFailures(FailoverOptions options)
    {
        if (options.MaxBacklog < 1)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Failover.MaxBacklog is {options.MaxBacklog}: set it to the maximum number of images with a hint, 1 or more.");
        }

        if (options.ClockTolerance < TimeSpan.Zero)
        {
            yield return $"Failover.ClockTolerance is {options.ClockTolerance}: set it to zero or more.";
        }

        if (options.ReplaceChain is { } chain && !Guid.TryParseExact(chain, "N", out _))
        {
            yield return $"Failover.ReplaceChain is '{chain}': set it to the id of a recorded chain, 32 hexadecimal digits that the refusal of the changed chain names, or remove it.";
        }
    }
}
