using System.Globalization;
using Microsoft.Extensions.Options;

namespace ImageStorage.Mirroring;

/// <summary>Checks the options of a mirror; each message names the setting, its value and the remedy.</summary>
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
            yield return $"Mirror.Lease is {options.Lease}: set it to zero to a minute; the first write that one side takes alone waits that long.";
        }

        if (options.ReconcileInterval is { } interval && (interval < TimeSpan.FromMilliseconds(10) || interval > TimeSpan.FromDays(1)))
        {
            yield return $"Mirror.ReconcileInterval is {interval}: set it to 10 milliseconds to a day, or to nothing for none.";
        }

        if (options.RetryPause < TimeSpan.Zero || options.RetryPause > TimeSpan.FromDays(1))
        {
            yield return $"Mirror.RetryPause is {options.RetryPause}: set it to zero to a day.";
        }

        if (options.CopyTimeout < TimeSpan.FromMilliseconds(10) || options.CopyTimeout > MirrorNote.Grace)
        {
            yield return $"Mirror.CopyTimeout is {options.CopyTimeout}: set it to 10 milliseconds to {MirrorNote.Grace}.";
        }

        if (options.SpoolLimit < 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Mirror.SpoolLimit is {options.SpoolLimit}: set it to the most bytes that a temporary file may take, 0 or more.");
        }
    }
}
