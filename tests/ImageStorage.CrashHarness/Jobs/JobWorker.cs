using ImageStorage.Coordination.Jobs;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Jobs;

/// <summary>
/// The work of a child process: runs the job, or waits until the process that runs it is dead, and kills itself at its
/// point. Each check before an effect and each checkpoint is a line.
/// </summary>
internal static class JobWorker
{
    public const string Run = "run";
    public const string Effect = "effect";
    public const string Checkpoint = "checkpoint";
    public const string Lost = "lost";

    // A worker that is stopped works slowly enough to be stopped in the middle, also on a busy machine.
    private const double SlowItemsPerSecond = 4;

    public static void Start(WorkerOptions options, AckLog log)
    {
        try
        {
            RunAsync(options, log).GetAwaiter().GetResult();
            log.Write(AckLog.Done);
        }
        catch (Exception exception)
        {
            // The boundary of the process: the parent must see it.
            log.Fault("worker", exception);
        }
    }

    private static async Task RunAsync(WorkerOptions options, AckLog log)
    {
        using var store = StampedImages.Open(options.Store);
        var runner = store.Services.GetRequiredKeyedService<JobRunner>(string.Empty);
        var point = options.Job == WorkerOptions.SlowJob || options.Job == WorkerOptions.WholeJob ? null : JobPoint.Parse(options.Job!);
        while (true)
        {
            try
            {
                await runner.RunAsync(new JobRequest
                {
                    Kind = StampedImages.KindOf(options.Round),
                    Work = (context, token) => WorkAsync(store.Images, context, options.Round, point, log, token),
                    ItemsPerSecond = options.Job == WorkerOptions.SlowJob ? SlowItemsPerSecond : null,
                    WaitsForOther = true,
                });
                return;
            }
            catch (ImageConflictException)
            {
                // Also on a busy machine, whose processes may stand still for longer than the lease.
                log.Write(Lost);
            }
        }
    }

    private static async Task WorkAsync(IImageStorage images, JobContext context, int round, JobPoint? point, AckLog log, CancellationToken cancellationToken)
    {
        if (context.Id != StampedImages.IdOf(round))
        {
            // The job of the round has ended while this process started.
            return;
        }

        log.Write($"{Run} {context.Job.Run} {context.After ?? "-"}");
        for (var item = 0; item < StampedImages.Count; item++)
        {
            var key = StampedImages.KeyOf(item);
            if (string.CompareOrdinal(key.Value, context.After) <= 0)
            {
                continue;
            }

            point?.Reach(item, JobMoment.BeforeEffect, log);
            await context.BeforeEffectAsync(cancellationToken: cancellationToken);
            log.Write($"{Effect} {key}");
            await StampedImages.StampAsync(images, key, context.Id);
            point?.Reach(item, JobMoment.AfterEffect, log);
            context.Count(StampedImages.Counter);
            await context.CheckpointAsync(key.Value, cancellationToken);
            log.Write($"{Checkpoint} {key}");
            point?.Reach(item, JobMoment.AfterCheckpoint, log);
        }
    }
}
