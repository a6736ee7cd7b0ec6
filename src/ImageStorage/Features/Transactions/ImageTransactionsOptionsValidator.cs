using Microsoft.Extensions.Options;

namespace ImageStorage.Transactions;

/// <summary>
/// Validates <see cref="ImageTransactionsOptions"/>. Each message names the setting, its value and the remedy.
/// </summary>
internal sealed class ImageTransactionsOptionsValidator : IValidateOptions<ImageTransactionsOptions>
{
    private static readonly TimeSpan Minimum = TimeSpan.FromMilliseconds(100);

    public ValidateOptionsResult Validate(string? name, ImageTransactionsOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(ImageTransactionsOptions options)
    {
        if (Failures(options).ToList() is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(ImageTransactionsOptions), typeof(ImageTransactionsOptions), failures);
        }
    }

    private static IEnumerable<string> Failures(ImageTransactionsOptions options)
    {
        if (options.LeaseDuration < Minimum || options.LeaseDuration > TimeSpan.FromHours(1))
        {
            yield return $"Transactions.LeaseDuration is {options.LeaseDuration}: set a value of 100 milliseconds to an hour.";
        }

        if (options.RecoveryInterval is { } interval && (interval < Minimum || interval > TimeSpan.FromDays(1)))
        {
            yield return $"Transactions.RecoveryInterval is {interval}: set a value of 100 milliseconds to a day, or none to recover only at the start.";
        }
    }
}
