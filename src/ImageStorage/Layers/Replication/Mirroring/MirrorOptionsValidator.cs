using System.Globalization;
using Microsoft.Extensions.Options;

namespace ImageStorage.Mirroring;

/// <summary>
/// Validates the options of a mirror. Each message names the setting, its value and the valid values.
/// </summary>
internal sealed class MirrorOptionsValidator : IValidateOptions<MirrorOptions>
{
    public ValidateOptionsResult Validate(string? name, MirrorOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(MirrorOptions options)
    {
        if (Failures(options).ToList() is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(MirrorOptions), typeof(MirrorOptions), failures);
        }
    }

    private static IEnumerable<string> Failures(MirrorOptions options)
    {
        if (options.Lease < TimeSpan.Zero || options.Lease > TimeSpan.FromMinutes(1))
        {
            yield return $"Mirror.Lease is {options.Lease}: set it to a value from zero to one minute. The first write that one replica takes alone waits this long.";
        }

        if (options.ReconcileInterval is { } interval && (interval < TimeSpan.FromMilliseconds(10) || interval > TimeSpan.FromDays(1)))
        {
            yield return $"Mirror.ReconcileInterval is {interval}: set it to a value from 10 milliseconds to one day, or to none to disable the background.";
        }

        if (options.RetryPause < TimeSpan.Zero || options.RetryPause > TimeSpan.FromDays(1))
        {
            yield return $"Mirror.RetryPause is {options.RetryPause}: set it to a value from zero to one day.";
        }

        if (options.CopyTimeout < TimeSpan.FromMilliseconds(10) || options.CopyTimeout > MirrorHint.Grace)
        {
            yield return $"Mirror.CopyTimeout is {options.CopyTimeout}: set it to a value from 10 milliseconds to {MirrorHint.Grace}.";
        }

        if (options.SpoolLimit < 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Mirror.SpoolLimit is {options.SpoolLimit}: set it to the maximum number of bytes of a temporary file, 0 or more.");
        }
    }
}
