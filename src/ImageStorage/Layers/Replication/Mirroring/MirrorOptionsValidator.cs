using ImageStorage.Replication;
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

    private static IEnumerable<string> Failures(MirrorOptions options) =>
        ReplicationRules.Failures("Mirror", options.Lease, options.ReconcileInterval, options.SpoolLimit).Concat(OwnFailures(options));

    private static IEnumerable<string> OwnFailures(MirrorOptions options)
    {
        if (options.RetryPause < TimeSpan.Zero || options.RetryPause > TimeSpan.FromDays(1))
        {
            yield return $"Mirror.RetryPause is {options.RetryPause}: set it to a value from zero to one day.";
        }

        if (options.CopyTimeout < TimeSpan.FromMilliseconds(10) || options.CopyTimeout > MirrorHint.Grace)
        {
            yield return $"Mirror.CopyTimeout is {options.CopyTimeout}: set it to a value from 10 milliseconds to {MirrorHint.Grace}.";
        }
    }
}
