using Microsoft.Extensions.Options;

namespace ImageStorage.Analytics;

/// <summary>Validates <see cref="AlertOptions"/>. Each message names the setting, its value and the remedy.</summary>
internal sealed class AlertOptionsValidator : IValidateOptions<AlertOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    private static IEnumerable<string> Failures(AlertOptions options)
    {
        if (options.Window < TimeSpan.FromMinutes(1) || options.Window > TimeSpan.FromHours(1))
        {
            yield return $"Alerts.Window is {options.Window}: set a value of 1 minute to an hour.";
        }

        if (options.MinimumOperations < 1)
        {
            yield return $"Alerts.MinimumOperations is {options.MinimumOperations}: set a value of 1 or more.";
        }

        if (options.ErrorRate is not (> 0 and <= 1))
        {
            yield return FormattableString.Invariant($"Alerts.ErrorRate is {options.ErrorRate}: set a share above 0 and up to 1, such as 0.05.");
        }

        if (options.P95 <= TimeSpan.Zero)
        {
            yield return $"Alerts.P95 is {options.P95}: set a time above zero.";
        }

        if (options.SlowOperation <= TimeSpan.Zero)
        {
            yield return $"Alerts.SlowOperation is {options.SlowOperation}: set a time above zero.";
        }

        if (options.FillLevel is not (> 0 and <= 1))
        {
            yield return FormattableString.Invariant($"Alerts.FillLevel is {options.FillLevel}: set a share above 0 and up to 1, such as 0.9.");
        }

        if (options.Capacity < 1)
        {
            yield return $"Alerts.Capacity is {options.Capacity}: set a number of bytes of 1 or more, or remove the setting.";
        }

        if (options.PendingHints < 1)
        {
            yield return $"Alerts.PendingHints is {options.PendingHints}: set a value of 1 or more.";
        }
    }
}
