using ImageStorage.Providers;

namespace ImageStorage.Resilience;

/// <summary>Reads the section <c>Resilience</c> of a provider in the configuration.</summary>
internal static class ResilienceSettings
{
    public static void Read(SettingsReader reader, ResilienceOptions options)
    {
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
    }
}
