using System.Globalization;

namespace ImageStorage.Replication;

/// <summary>The rules for the options that failover and mirror have in common.</summary>
internal static class ReplicationRules
{
    public static IEnumerable<string> Failures(string section, TimeSpan lease, TimeSpan? interval, long spoolLimit)
    {
        if (lease < TimeSpan.Zero || lease > TimeSpan.FromMinutes(1))
        {
            yield return $"{section}.Lease is {lease}: set it to a value from zero to one minute. The first write of an outage waits this long.";
        }

        if (interval is { } time && (time < TimeSpan.FromMilliseconds(10) || time > TimeSpan.FromDays(1)))
        {
            yield return $"{section}.ReconcileInterval is {time}: set it to a value from 10 milliseconds to one day, or to nothing to disable the background.";
        }

        if (spoolLimit < 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{section}.SpoolLimit is {spoolLimit}: set it to the maximum number of bytes of a temporary file, 0 or more.");
        }
    }
}
