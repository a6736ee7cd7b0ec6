using ImageStorage.Providers;

namespace ImageStorage.Tests.Coordination.Jobs;

/// <content>A lease that has ended is removed, whether or not a job names its owner.</content>
internal sealed partial class JobRunnerTests
{
    [Test]
    public async Task Lease_of_a_killed_process_is_removed_by_a_process_that_runs_another_kind([Values] bool isJobNamed)
    {
        var (killed, other) = (Start(), Start());
        var running = killed.RunAsync(WaitAfterCheckpoint, "scrub");
        await _reached.Task;
        killed.Kill();
        if (!isJobNamed)
        {
            await Documents.DeleteAsync("jobs/scrub.00000001");
        }

        await other.RunAsync(Nothing);
        Assert.That(await Documents.ListAsync("job-owners/"), Has.Count.EqualTo(1), "The lease has not ended.");
        await AdvanceAsync(other.Clock, LeasesEndAsync());

        Assert.That((await other.Jobs.GetAsync("scrub.00000001"))?.State, Is.EqualTo(isJobNamed ? StorageJobState.Interrupted : null));
        _mayContinue.SetResult();
        Assert.That(async () => await running, Throws.InstanceOf<ImageStorageException>());
    }

    // Each process lives for less than a lease, and the silence that it has seen is recorded.
    [Test]
    public async Task Lease_of_a_killed_process_is_removed_by_processes_that_live_briefly()
    {
        var killed = Start();
        var running = killed.RunAsync(WaitAfterCheckpoint, "scrub");
        await _reached.Task;
        killed.Kill();
        var lease = (await Documents.ListAsync("job-owners/")).Single();
        var processes = 0;
        for (; await Documents.GetAsync(lease) is not null; processes++)
        {
            await using var brief = new JobMachine(Documents);
            await brief.RunAsync((_, _) => LetPassAsync(brief, lease));
        }

        Assert.That(processes, Is.EqualTo(5));
        _mayContinue.SetResult();
        Assert.That(async () => await running, Throws.InstanceOf<ImageStorageException>());
    }

    [Test]
    public async Task Stopped_process_whose_lease_was_removed_ends_when_it_wakes_up()
    {
        var (stopped, other) = (Start(), Start());
        var effects = 0;
        var running = stopped.RunAsync(
            async (context, token) =>
            {
                _reached.SetResult();
                await _mayContinue.Task;
                await context.BeforeEffectAsync(cancellationToken: token);
                effects++;
            },
            "scrub");
        await _reached.Task;
        stopped.Documents.IsCut = true;
        await other.RunAsync(Nothing);
        await AdvanceAsync(other.Clock, LeasesEndAsync());

        stopped.Clock.Advance(2 * JobMachine.Lease);
        stopped.Documents.IsCut = false;
        _mayContinue.SetResult();

        Assert.That(async () => await running, Throws.TypeOf<ImageConflictException>());
        Assert.That(effects, Is.Zero);
        Assert.That((await other.RunAsync(Nothing, "scrub")).Run, Is.EqualTo(2));
        Assert.That(await Documents.ListAsync("job-owners/"), Is.Empty);
    }

    /// <summary>Lets a fifth of a lease pass, and waits until the process has recorded the silence of another.</summary>
    private async Task LetPassAsync(JobMachine machine, DocumentName lease)
    {
        for (var i = 0; i < 2; i++)
        {
            var before = (await Documents.GetAsync(lease))?.ETag;
            machine.Clock.Advance(JobMachine.Lease / 10);
            while (await Documents.GetAsync(lease) is { } now && now.ETag == before)
            {
                await Task.Yield();
            }
        }
    }

    private async Task LeasesEndAsync()
    {
        while ((await Documents.ListAsync("job-owners/")).Count > 0)
        {
            await Task.Yield();
        }
    }
}
