using System.Text;
using ImageStorage.Coordination.Jobs;
using ImageStorage.Providers;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Coordination.Jobs;

/// <summary>
/// P9 for jobs: one process works on a job; a dead process is taken over at the checkpoint; a process that was stopped
/// longer than its lease notices, and ends.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed partial class JobRunnerTests
{
    private readonly InMemoryImageProvider _provider = new(TimeProvider.System);
    private readonly List<JobMachine> _machines = [];
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayContinue = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IDocumentStore Documents => _provider.Documents;

    [TearDown]
    public async Task CloseAsync()
    {
        _mayContinue.TrySetResult();
        foreach (var machine in _machines)
        {
            await machine.DisposeAsync();
        }

        await _provider.DisposeAsync();
    }

    [Test]
    public async Task Job_runs_to_its_end_and_records_checkpoint_counters_and_failures()
    {
        var machine = Start();

        var job = await machine.RunAsync(async (context, token) =>
        {
            for (var i = 1; i <= 25; i++)
            {
                await context.BeforeEffectAsync(cancellationToken: token);
                context.Count("items");
                context.AddFailure($"item {i}", "no reason");
                await context.CheckpointAsync($"{i}", token);
            }
        });

        Assert.That((job.Id, job.Kind, job.State, job.Run, job.After), Is.EqualTo(("count.00000001", "count", StorageJobState.Completed, 1, "25")));
        Assert.That(job.Counters, Is.EqualTo(new Dictionary<string, long> { ["items"] = 25 }));
        Assert.That(job.LastFailures.Select(failure => failure.Item), Is.EqualTo(Enumerable.Range(6, 20).Select(i => $"item {i}")));
        Assert.That((job.StartedAt, job.UpdatedAt), Is.EqualTo((machine.Clock.GetUtcNow(), machine.Clock.GetUtcNow())));
        Assert.That((await machine.Jobs.GetAsync(job.Id))!.ToString(), Is.EqualTo(job.ToString()));
        Assert.That(await Documents.ListAsync("job-owners/"), Is.Empty, "A process without jobs has no lease.");
    }

    [Test]
    public async Task Next_job_of_a_kind_begins_at_the_beginning()
    {
        var machine = Start();
        await machine.RunAsync((context, token) => context.CheckpointAsync("end", token));
        string? after = "?";

        var job = await machine.RunAsync((context, _) =>
        {
            after = context.After;
            return Task.CompletedTask;
        });

        Assert.That((job.Id, after), Is.EqualTo(("count.00000002", (string?)null)));
    }

    [Test]
    public async Task Kinds_do_not_meet_even_if_one_begins_like_the_other()
    {
        var machine = Start();
        await machine.RunAsync(Nothing, "scrub-primary");
        await machine.RunAsync(Nothing, "scrub");

        Assert.That((await ListAsync(machine)).Select(job => job.Id), Is.EqualTo(new[] { "scrub-primary.00000001", "scrub.00000001" }));
    }

    [TestCase("")]
    [TestCase("A")]
    [TestCase("a.b")]
    [TestCase("a/b")]
    public void Kind_with_other_characters_is_refused(string kind) => Assert.That(() => Start().RunAsync(Nothing, kind), Throws.ArgumentException);

    [Test]
    public async Task Killed_process_is_taken_over_at_the_checkpoint_after_its_lease()
    {
        var (first, second) = (Start(), Start());
        var running = first.RunAsync(WaitAfterCheckpoint);
        await _reached.Task;
        first.Kill();
        Assert.That((await second.RunAsync(Nothing)).State, Is.EqualTo(StorageJobState.Running), "The lease has not ended.");

        var begun = default((string? After, long Items, int Run));
        var next = second.RunAsync(
            (context, _) =>
            {
                begun = (context.After, context.Job.Counters["items"], context.Job.Run);
                return Task.CompletedTask;
            },
            waits: true);
        await AdvanceAsync(second.Clock, next);
        var job = await next;

        Assert.That(begun, Is.EqualTo(("b", 1L, 2)));
        Assert.That((job.Id, job.State), Is.EqualTo(("count.00000001", StorageJobState.Completed)));
        _mayContinue.SetResult();
        Assert.That(async () => await running, Throws.InstanceOf<ImageStorageException>());
    }

    [Test]
    public async Task Process_that_was_stopped_longer_than_its_lease_notices_before_its_next_effect_and_ends()
    {
        var (first, second) = (Start(), Start());
        var effects = 0;
        var stopped = first.RunAsync(async (context, token) =>
        {
            await context.CheckpointAsync("a", token);
            _reached.SetResult();
            await _mayContinue.Task;
            await context.BeforeEffectAsync(cancellationToken: token);
            effects++;
        });
        await _reached.Task;
        first.Documents.IsCut = true;
        var next = second.RunAsync((context, token) => context.CheckpointAsync("z", token), waits: true);
        await AdvanceAsync(second.Clock, next);

        // The process wakes up: its clock has continued, its timers fire late, and the store answers again.
        first.Clock.Advance(2 * JobMachine.Lease);
        first.Documents.IsCut = false;
        _mayContinue.SetResult();

        Assert.That(async () => await stopped, Throws.TypeOf<ImageConflictException>().With.Message.StartsWith("This process has lost the job count.00000001").And.Property("IsTransient").True);
        Assert.That(effects, Is.Zero);
        Assert.That((await next).After, Is.EqualTo("z"));
        Assert.That((await second.Jobs.GetAsync("count.00000001"))!.After, Is.EqualTo("z"), "The process that woke up wrote nothing.");
    }

    [Test]
    public async Task Process_that_was_stopped_before_a_checkpoint_does_not_overwrite_the_checkpoint_of_the_next_owner([Values] bool nextHasEnded)
    {
        var (first, second) = (Start(), Start());
        var (isTakenOver, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var stopped = first.RunAsync(async (context, token) =>
        {
            _reached.SetResult();
            await _mayContinue.Task;
            await context.CheckpointAsync("late", token);
        });
        await _reached.Task;
        first.Documents.IsCut = true;
        var next = second.RunAsync(
            async (context, token) =>
            {
                await context.CheckpointAsync("z", token);
                isTakenOver.SetResult();
                await (nextHasEnded ? Task.CompletedTask : mayEnd.Task);
            },
            waits: true);
        await AdvanceAsync(second.Clock, nextHasEnded ? next : isTakenOver.Task);
        first.Documents.IsCut = false;
        _mayContinue.SetResult();

        try
        {
            Assert.That(async () => await stopped, Throws.TypeOf<ImageConflictException>());
            Assert.That((await second.Jobs.GetAsync("count.00000001"))!.After, Is.EqualTo("z"));
        }
        finally
        {
            mayEnd.SetResult();
        }

        Assert.That((await next).After, Is.EqualTo("z"));
    }

    [Test]
    public async Task Process_that_lost_its_lease_and_was_not_taken_over_interrupts_the_job_for_the_next_run()
    {
        var first = Start();
        var stopped = first.RunAsync(async (context, token) =>
        {
            await context.CheckpointAsync("a", token);
            _reached.SetResult();
            await _mayContinue.Task;
            await context.BeforeEffectAsync(cancellationToken: token);
        });
        await _reached.Task;
        first.Documents.IsCut = true;
        first.Clock.Advance(2 * JobMachine.Lease);
        first.Documents.IsCut = false;
        _mayContinue.SetResult();
        Assert.That(async () => await stopped, Throws.TypeOf<ImageConflictException>());

        Assert.That((await first.Jobs.GetAsync("count.00000001"))!.State, Is.EqualTo(StorageJobState.Interrupted));
        Assert.That(await first.RunAsync(Nothing), Has.Property("Run").EqualTo(2).And.Property("After").EqualTo("a"));
    }

    [Test]
    public async Task Living_process_is_never_taken_over_however_long_the_job_takes()
    {
        var (first, second) = (Start(), Start());
        var running = first.RunAsync(WaitAfterCheckpoint);
        await _reached.Task;
        var waiting = second.RunAsync((_, _) => throw new InvalidOperationException("taken over"), waits: true);
        for (var i = 0; i < 30; i++)
        {
            await RenewAsync(first);
            second.Clock.Advance(JobMachine.Lease / 3);
        }

        _mayContinue.SetResult();
        var done = await running;
        await AdvanceAsync(second.Clock, waiting);

        Assert.That((done.State, done.Run), Is.EqualTo((StorageJobState.Completed, 1)));
        Assert.That((await waiting).Run, Is.EqualTo(1), "The call that waited returns the job that it has waited for.");
    }

    [Test]
    public async Task Two_processes_that_start_a_kind_at_once_run_it_once([Values] bool withHistory)
    {
        var (first, second) = (Start(), Start());
        if (withHistory)
        {
            await first.RunAsync(Nothing);
        }

        // The second process creates its job while the first is about to.
        var other = default(Task<StorageJob>);
        first.Documents.BeforeWrite = async name =>
        {
            if (name.Collection == "jobs" && other is null)
            {
                other = second.RunAsync(WaitAfterCheckpoint);
                await _reached.Task;
            }
        };
        var job = await first.RunAsync((_, _) => throw new InvalidOperationException("run twice"));

        Assert.That(job.State, Is.EqualTo(StorageJobState.Running));
        _mayContinue.SetResult();
        Assert.That((await other!).Id, Is.EqualTo(job.Id));
    }

    [Test]
    public async Task Process_that_slept_before_it_created_a_job_withdraws_when_the_number_was_used_and_removed()
    {
        var (first, second) = (Start(), Start());
        var isFirst = true;
        first.Documents.BeforeWrite = async name =>
        {
            if (name.Collection == "jobs" && isFirst)
            {
                isFirst = false;
                for (var i = 0; i < 30; i++)
                {
                    await second.RunAsync(Nothing);
                }
            }
        };

        var job = await first.RunAsync(Nothing);

        Assert.That(job.Id, Is.EqualTo("count.00000031"));
        Assert.That((await ListAsync(first)).Select(one => one.Id), Has.None.EqualTo("count.00000001"));
    }

    [Test]
    public async Task Ended_jobs_are_kept_20_per_kind_and_unreadable_ones_always()
    {
        var machine = Start();
        await machine.RunAsync(Nothing, "other");
        await Documents.PutAsync("jobs/count.00000001", Encoding.UTF8.GetBytes("""{"format":2,"kind":"count","state":"completed"}"""));
        for (var i = 0; i < 30; i++)
        {
            await machine.RunAsync(Nothing);
        }

        var jobs = await ListAsync(machine);

        Assert.That(jobs.Where(job => job.Kind == "count").Select(job => job.Id), Is.EqualTo(Enumerable.Range(12, 20).Prepend(1).Select(number => $"count.{number:D8}")));
        Assert.That(jobs.Count(job => job.Kind == "other"), Is.EqualTo(1));
    }

    private static Task Nothing(JobContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<List<StorageJob>> ListAsync(JobMachine machine)
    {
        var jobs = new List<StorageJob>();
        await foreach (var job in machine.Jobs.ListAsync())
        {
            jobs.Add(job);
        }

        return jobs;
    }

    /// <summary>Lets time pass until a call ends: each step is the time after which a waiting runner asks again.</summary>
    private static async Task AdvanceAsync(FakeTimeProvider clock, Task until)
    {
        while (!until.IsCompleted)
        {
            clock.Advance(JobMachine.Lease / 10);
            await Task.Yield();
        }
    }

    /// <summary>Lets the time of a renewal pass, and waits until the process has renewed its lease.</summary>
    private async Task RenewAsync(JobMachine machine)
    {
        var lease = (await Documents.ListAsync("job-owners/")).Single();
        var before = (await Documents.GetAsync(lease))!.ETag;
        machine.Clock.Advance(JobMachine.Lease / 3);
        while ((await Documents.GetAsync(lease))!.ETag == before)
        {
            await Task.Yield();
        }
    }

    private JobMachine Start(bool isShared = true)
    {
        var machine = new JobMachine(Documents, isShared);
        _machines.Add(machine);
        return machine;
    }

    private async Task WaitAfterCheckpoint(JobContext context, CancellationToken cancellationToken)
    {
        context.Count("items");
        await context.CheckpointAsync("b", cancellationToken);
        _reached.SetResult();
        await _mayContinue.Task;
    }
}
