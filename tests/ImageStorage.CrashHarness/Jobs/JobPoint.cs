using System.Diagnostics;
using System.Globalization;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Jobs;

/// <summary>The moments of one item of a job at which a worker kills itself.</summary>
internal enum JobMoment
{
    BeforeEffect,
    AfterEffect,
    AfterCheckpoint,
}

/// <summary>Where a worker kills itself: at a moment of an item, or at this moment of the first item that it meets later.</summary>
internal sealed record JobPoint(int Item, JobMoment Moment)
{
    /// <summary>The line before the end.</summary>
    public const string Dying = "dying";

    public static IEnumerable<JobPoint> All(int items) =>
        from item in Enumerable.Range(0, items)
        from moment in Enum.GetValues<JobMoment>()
        select new JobPoint(item, moment);

    public static JobPoint Parse(string text)
    {
        var parts = text.Split(':');
        return new JobPoint(int.Parse(parts[0], CultureInfo.InvariantCulture), Enum.Parse<JobMoment>(parts[1]));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Item}:{Moment}");

    /// <summary>Kills this process, by SIGKILL, if it is at the point.</summary>
    public void Reach(int item, JobMoment moment, AckLog log)
    {
        if (item < Item || moment != Moment)
        {
            return;
        }

        log.Write($"{Dying} {this}");
        using var self = Process.GetCurrentProcess();
        self.Kill();
        self.WaitForExit();
    }
}
