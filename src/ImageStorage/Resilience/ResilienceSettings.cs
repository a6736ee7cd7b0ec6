using ImageStorage.Registration;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Resilience;

/// <summary>The section <c>Resilience</c> of a provider in the configuration.</summary>
internal static class ResilienceSettings
{
    public const string Section = "Resilience";

    /// <summary>The options that a provider's section has; null when it has none.</summary>
    public static ResilienceOptions? Read(IConfigurationSection provider, List<string> failures)
    {
        var section = provider.GetSection(Section);
        if (!section.Exists())
        {
            return null;
        }

        var options = new ResilienceOptions();
        var reader = new SettingsReader(section, failures);
        reader.Time(nameof(options.AttemptTimeout), value => options.AttemptTimeout = value);
        reader.Time(nameof(options.CallTimeout), value => options.CallTimeout = value);
        reader.Time(nameof(options.SaveTimeout), value => options.SaveTimeout = value);
        reader.Count(nameof(options.MaxRetries), value => options.MaxRetries = value);
        reader.Switch(nameof(options.RepeatAfterTimeout), value => options.RepeatAfterTimeout = value);
        reader.Time(nameof(options.RetryDelay), value => options.RetryDelay = value);
        reader.Time(nameof(options.MaxRetryDelay), value => options.MaxRetryDelay = value);
        reader.Ratio(nameof(options.BreakerFailureRatio), value => options.BreakerFailureRatio = value);
        reader.Count(nameof(options.BreakerMinimumCalls), value => options.BreakerMinimumCalls = value);
        reader.Time(nameof(options.BreakerSamplingDuration), value => options.BreakerSamplingDuration = value);
        reader.Time(nameof(options.BreakDuration), value => options.BreakDuration = value);
        reader.Bytes(nameof(options.SpoolLimit), value => options.SpoolLimit = value);
        reader.End();
        failures.AddRange((new ResilienceOptionsValidator().Validate(null, options).Failures ?? []).Select(failure => $"'{section.Path}': {failure}"));
        return options;
    }

    /// <summary>The options that a provider's section has; null when it has none.</summary>
    /// <exception cref="InvalidOperationException">They are not acceptable.</exception>
    public static ResilienceOptions? Read(IConfigurationSection provider)
    {
        var failures = new List<string>();
        var options = Read(provider, failures);
        return failures.Count == 0 ? options : throw new InvalidOperationException(string.Join(" ", failures));
    }
}
