using System.Globalization;
using Microsoft.Extensions.Options;

namespace ImageStorage.Resilience;

/// <summary>
/// Validates the options of a resilience layer. Each message names the setting, its value and the remedy.
/// </summary>
internal sealed class ResilienceOptionsValidator : IValidateOptions<ResilienceOptions>
{
    private static readonly TimeSpan Minimum = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MinimumOfBreaker = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Maximum = TimeSpan.FromDays(1);

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
        (string Name, TimeSpan Value, TimeSpan Minimum)[] times =
        [
            (nameof(options.AttemptTimeout), options.AttemptTimeout, Minimum),
            (nameof(options.CallTimeout), options.CallTimeout, Minimum),
            (nameof(options.SaveTimeout), options.SaveTimeout, Minimum),
            (nameof(options.RetryDelay), options.RetryDelay, TimeSpan.Zero),
            (nameof(options.MaxRetryDelay), options.MaxRetryDelay, TimeSpan.Zero),
            (nameof(options.BreakerSamplingDuration), options.BreakerSamplingDuration, MinimumOfBreaker),
            (nameof(options.BreakDuration), options.BreakDuration, MinimumOfBreaker),
        ];
        foreach (var (name, value, minimum) in times.Where(time => time.Value < time.Minimum || time.Value > Maximum))
        {
            yield return $"Resilience.{name} is {value}: set it to {minimum} to {Maximum}.";
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
            yield return string.Create(CultureInfo.InvariantCulture, $"Resilience.BreakerFailureRatio is {options.BreakerFailureRatio}: set it above 0 and up to 1.");
        }

        if (options.BreakerMinimumCalls < 2)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Resilience.BreakerMinimumCalls is {options.BreakerMinimumCalls}: set it to 2 or more.");
        }

        if (options.SpoolLimit < 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Resilience.SpoolLimit is {options.SpoolLimit}: set it to the maximum size of a temporary file in bytes, 0 or more.");
        }
    }
}
