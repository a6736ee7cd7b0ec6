using System.Globalization;
using Microsoft.Extensions.Options;

namespace ImageStorage.Resilience;

/// <summary>Checks the options of a resilience layer; each message names the setting, its value and the remedy.</summary>
internal sealed class ResilienceOptionsValidator : IValidateOptions<ResilienceOptions>
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LeastOfBreaker = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Most = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, ResilienceOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(ResilienceOptions options)
    {
        if (Failures(options).ToList() is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(ResilienceOptions), typeof(ResilienceOptions), failures);
        }
    }

    private static IEnumerable<string> Failures(ResilienceOptions options)
    {
        (string Name, TimeSpan Value, TimeSpan Least)[] times =
        [
            (nameof(options.AttemptTimeout), options.AttemptTimeout, Least),
            (nameof(options.CallTimeout), options.CallTimeout, Least),
            (nameof(options.SaveTimeout), options.SaveTimeout, Least),
            (nameof(options.RetryDelay), options.RetryDelay, TimeSpan.Zero),
            (nameof(options.MaxRetryDelay), options.MaxRetryDelay, TimeSpan.Zero),
            (nameof(options.BreakerSamplingDuration), options.BreakerSamplingDuration, LeastOfBreaker),
            (nameof(options.BreakDuration), options.BreakDuration, LeastOfBreaker),
        ];
        foreach (var (name, value, least) in times.Where(time => time.Value < time.Least || time.Value > Most))
        {
            yield return $"Resilience.{name} is {value}: set it to {least} to {Most}.";
        }

        if (options.AttemptTimeout > options.CallTimeout)
        {
            yield return $"Resilience.AttemptTimeout is {options.AttemptTimeout}, longer than Resilience.CallTimeout ({options.CallTimeout}): one attempt cannot take longer than the call.";
        }

        if (options.MaxRetries is < 0 or > 100)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Resilience.MaxRetries is {options.MaxRetries}: set it to 0 to 100.");
        }

        if (!(options.BreakerFailureRatio is > 0 and <= 1))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Resilience.BreakerFailureRatio is {options.BreakerFailureRatio}: set it above 0 and to 1 at most.");
        }

        if (options.BreakerMinimumCalls < 2)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Resilience.BreakerMinimumCalls is {options.BreakerMinimumCalls}: set it to 2 or more.");
        }

        if (options.SpoolLimit < 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Resilience.SpoolLimit is {options.SpoolLimit}: set it to the most bytes that a temporary file may take, 0 or more.");
        }
    }
}
