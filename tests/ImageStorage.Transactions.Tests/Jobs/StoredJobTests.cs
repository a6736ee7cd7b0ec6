using ImageStorage.Coordination.Jobs;
using ImageStorage.Providers;
using ImageStorage.Transactions.Tests.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Transactions.Tests.Jobs;

/// <summary>P1 and P9 for jobs on each kind of store: a process dies, and the next one opens the store and continues.</summary>
[TestFixture(typeof(FolderStore))]
[TestFixture(typeof(DatabaseStore))]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StoredJobTests<TStore>
    where TStore : TestStore, new()
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private readonly TStore _store = new();
    private readonly FakeTimeProvider _clock = new();

    [TearDown]
    public ValueTask RemoveAsync() => _store.DisposeAsync();

    [Test]
    public async Task Job_of_a_process_that_died_continues_at_its_checkpoint()
    {
        await DieAsync("b", items: 2);
        var begun = default((string? After, long Items, int Run));

        await using var provider = _store.Open(_clock);
        await using var runner = NewRunner(provider);
        var job = await RunToItsEndAsync(runner, (context, _) =>
        {
            begun = (context.After, context.Job.Counters["items"], context.Job.Run);
            return Task.CompletedTask;
        });

        Assert.That(begun, Is.EqualTo(("b", 2L, 2)));
        Assert.That((job.Id, job.State, job.Parameters["prefix"], job.LastFailures.Single().Reason), Is.EqualTo(("count.00000001", StorageJobState.Completed, "a/", "Ärger \"quoted\"")));
    }

    [Test]
    public async Task Jobs_of_all_kinds_are_listed_and_old_ones_are_removed()
    {
        await using var provider = _store.Open(_clock);
        await using var runner = NewRunner(provider);
        for (var i = 0; i < 25; i++)
        {
            await RunToItsEndAsync(runner, (_, _) => Task.CompletedTask);
        }

        await RunToItsEndAsync(runner, (context, token) => context.CheckpointAsync("a", token), "count-all");
        var ids = new List<string>();
        await foreach (var job in new StorageJobs(runner).ListAsync())
        {
            ids.Add(job.Id);
        }

        Assert.That(ids, Is.EqualTo(Enumerable.Range(6, 20).Select(number => $"count.{number:D8}").Prepend("count-all.00000001")));
    }

    [Test]
    public async Task Interrupted_job_is_cancelled_for_good()
    {
        await DieAsync("b", items: 1, isInterrupted: true);
        await using (var provider = _store.Open(_clock))
        await using (var runner = NewRunner(provider))
        {
            Assert.That(await new StorageJobs(runner).CancelAsync("count.00000001"), Is.True);
        }

        await using var again = _store.Open(_clock);
        await using var other = NewRunner(again);
        Assert.That((await new StorageJobs(other).GetAsync("count.00000001"))!.State, Is.EqualTo(StorageJobState.Cancelled));
        Assert.That((await RunToItsEndAsync(other, (_, _) => Task.CompletedTask)).Id, Is.EqualTo("count.00000002"));
    }

    /// <summary>A process that runs a job up to a checkpoint, and then ends without another call of the store.</summary>
    private async Task DieAsync(string after, long items, bool isInterrupted = false)
    {
        var provider = _store.Open(_clock);
        var runner = NewRunner(provider);
        var (reached, never) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        var running = runner.RunAsync(RequestFor(async (context, token) =>
        {
            context.Count("items", items);
            context.AddFailure("a.png", "Ärger \"quoted\"");
            await context.CheckpointAsync(after, token);
            reached.SetResult();
            await (isInterrupted ? Task.FromException(new StorageUnavailableException("away")) : never.Task);
        }));
        await reached.Task;
        if (isInterrupted)
        {
            Assert.That(async () => await running, Throws.TypeOf<StorageUnavailableException>());
        }

        await provider.DisposeAsync();
    }

    private JobRunner NewRunner(IImageProvider provider) => new(provider.Documents, provider.Capabilities.MultiProcess, new JobOptions { LeaseDuration = Lease }, _clock, NullLogger.Instance);

    /// <summary>Runs a job. Time passes while the lease of a dead process has not ended.</summary>
    private async Task<StorageJob> RunToItsEndAsync(JobRunner runner, Func<JobContext, CancellationToken, Task> work, string kind = "count")
    {
        var running = runner.RunAsync(RequestFor(work) with { Kind = kind });
        while (!running.IsCompleted)
        {
            _clock.Advance(Lease / 10);
            await Task.Yield();
        }

        return await running;
    }

    private static JobRequest RequestFor(Func<JobContext, CancellationToken, Task> work) =>
        new() { Kind = "count", Work = work, WaitsForOther = true, Parameters = new Dictionary<string, string> { ["prefix"] = "a/" } };
}
