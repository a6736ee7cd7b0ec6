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
internal sealed class JobRunnerTests
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
        Assert.That((job.Id, job.State, job.Owner), Is.Not.EqualTo(("count.00000001", StorageJobState.Completed, "")));
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

        Assert.That(async () => await stopped, Throws.TypeOf<ImageConflictException>());
        Assert.That((await second.Jobs.GetAsync("count.00000001"))!.After, Is.EqualTo("z"));
        mayEnd.SetResult();
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

    [Test]
    public async Task Work_that_throws_fails_the_job_and_the_caller_gets_the_exception()
    {
        var machine = Start();
        var failure = new InvalidOperationException("too bad");

        Assert.That(
            () => machine.RunAsync(async (context, token) =>
            {
                await context.CheckpointAsync("a", token);
                context.Count("items");
                throw failure;
            }),
            Throws.Exception.SameAs(failure));

        var job = (await machine.Jobs.GetAsync("count.00000001"))!;
        Assert.That((job.State, job.Failure, job.After, job.Counters.Count), Is.EqualTo((StorageJobState.Failed, "too bad", "a", 0)));
    }

    [Test]
    public async Task Failed_job_is_continued_only_on_request()
    {
        var machine = Start();
        await FailAsync(machine);
        var continued = await machine.Runner.RunAsync(new JobRequest { Kind = "count", Work = Nothing, ContinuesFailed = true });
        Assert.That((continued.Id, continued.Run, continued.After, continued.Failure), Is.EqualTo(("count.00000001", 2, "a", (string?)null)));

        await FailAsync(machine);
        Assert.That((await machine.RunAsync(Nothing)).Id, Is.EqualTo("count.00000003"));
    }

    [Test]
    public async Task Transient_failure_interrupts_the_job_and_the_next_run_continues()
    {
        var machine = Start();
        Assert.That(
            () => machine.RunAsync(async (context, token) =>
            {
                await context.CheckpointAsync("a", token);
                throw new StorageUnavailableException("away");
            }),
            Throws.TypeOf<StorageUnavailableException>());

        Assert.That(await machine.Jobs.GetAsync("count.00000001"), Has.Property("State").EqualTo(StorageJobState.Interrupted).And.Property("Failure").EqualTo("away"));
        Assert.That(await machine.RunAsync(Nothing), Has.Property("After").EqualTo("a").And.Property("Failure").Null);
    }

    [Test]
    public async Task Cancelled_token_interrupts_the_job_and_another_process_continues_at_once()
    {
        var (first, second) = (Start(), Start());
        using var cancellation = new CancellationTokenSource();
        var running = first.RunAsync(
            async (context, token) =>
            {
                await context.CheckpointAsync("a", token);
                await cancellation.CancelAsync();
                await context.BeforeEffectAsync(cancellationToken: token);
            },
            cancellationToken: cancellation.Token);
        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());

        Assert.That((await second.Jobs.GetAsync("count.00000001"))!.State, Is.EqualTo(StorageJobState.Interrupted));
        Assert.That(await second.RunAsync(Nothing), Has.Property("Run").EqualTo(2).And.Property("After").EqualTo("a"));
    }

    [Test]
    public async Task Disposal_interrupts_a_running_job_and_gives_the_lease_back()
    {
        var (first, second) = (Start(), Start());
        var running = first.RunAsync(async (context, token) =>
        {
            await context.CheckpointAsync("a", token);
            _reached.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, first.Clock, token);
        });
        await _reached.Task;

        await first.DisposeAsync();

        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await Documents.ListAsync("job-owners/"), Is.Empty);
        Assert.That(await second.RunAsync(Nothing), Has.Property("Run").EqualTo(2).And.Property("After").EqualTo("a"));
        Assert.That(() => first.RunAsync(Nothing), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Disposal_does_not_wait_longer_than_a_third_of_the_lease_for_work_that_ignores_its_token()
    {
        var first = Start();
        var running = first.RunAsync(async (context, _) =>
        {
            _reached.SetResult();
            await _mayContinue.Task;
            await context.BeforeEffectAsync(cancellationToken: CancellationToken.None);
        });
        await _reached.Task;

        var disposing = first.DisposeAsync().AsTask();
        await AdvanceAsync(first.Clock, disposing);
        Assert.That(await Documents.ListAsync("job-owners/"), Has.Count.EqualTo(1), "The work may be in an effect: its lease ends by itself.");
        _mayContinue.SetResult();

        Assert.That(async () => await running, Throws.TypeOf<ImageConflictException>());
    }

    [Test]
    public async Task Job_with_other_parameters_is_replaced_and_one_with_the_same_is_continued()
    {
        var machine = Start();
        await InterruptAsync(machine, "a/");

        var same = await machine.Runner.RunAsync(Request("a/", Nothing));
        Assert.That((same.Id, same.After, same.Parameters["prefix"]), Is.EqualTo(("count.00000001", "a", "a/")));
        await InterruptAsync(machine, "a/");
        var other = await machine.Runner.RunAsync(Request("b/", Nothing));

        Assert.That((other.Id, other.After, other.Parameters["prefix"]), Is.EqualTo(("count.00000003", (string?)null, "b/")));
        Assert.That(await machine.Jobs.GetAsync("count.00000002"), Has.Property("State").EqualTo(StorageJobState.Cancelled).And.Property("Failure").EqualTo("A job with other parameters was started instead."));
    }

    [Test]
    public async Task Store_of_one_process_has_no_leases_and_continues_at_once()
    {
        var (first, second) = (Start(isShared: false), Start(isShared: false));
        var running = first.RunAsync(WaitAfterCheckpoint);
        await _reached.Task;
        first.Kill();

        var job = await second.RunAsync(Nothing);

        Assert.That((job.Run, job.After), Is.EqualTo((2, "b")));
        Assert.That(await Documents.ListAsync("job-owners/"), Is.Empty);
        _mayContinue.SetResult();
        Assert.That(async () => await running, Throws.InstanceOf<ImageStorageException>());
    }

    [Test]
    public async Task Second_call_of_the_same_process_sees_the_running_job([Values] bool isShared)
    {
        var machine = Start(isShared);
        var running = machine.RunAsync(WaitAfterCheckpoint);
        await _reached.Task;

        Assert.That((await machine.RunAsync(Nothing)).State, Is.EqualTo(StorageJobState.Running));
        _mayContinue.SetResult();
        Assert.That((await running).State, Is.EqualTo(StorageJobState.Completed));
    }

    [TestCase("running", false)]
    [TestCase("interrupted", false)]
    [TestCase("paused", false)]
    [TestCase("completed", true)]
    [TestCase("cancelled", true)]
    public async Task Job_of_a_newer_version_is_never_taken_over(string state, bool hasEnded)
    {
        var machine = Start();
        var content = Encoding.UTF8.GetBytes($$"""{"format":2,"kind":"count","state":"{{state}}","owner":"x","phase":3}""");
        await Documents.PutAsync("jobs/count.00000007", content);

        if (hasEnded)
        {
            Assert.That((await machine.RunAsync(Nothing)).Id, Is.EqualTo("count.00000008"));
        }
        else
        {
            Assert.That(() => machine.RunAsync(Nothing), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("Update the package"));
        }

        Assert.That((await Documents.GetAsync("jobs/count.00000007"))!.Content.ToArray(), Is.EqualTo(content));
    }

    [TestCase("")]
    [TestCase("no json")]
    [TestCase("""{"format":1}""")]
    [TestCase("""{"format":1,"kind":"other","state":"running","owner":"x","run":1,"startedAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","parameters":{},"counters":{},"lastFailures":[]}""")]
    public async Task Damaged_job_is_reported_until_it_is_cancelled(string content)
    {
        var machine = Start();
        await Documents.PutAsync("jobs/count.00000007", Encoding.UTF8.GetBytes(content));

        Assert.That(() => machine.RunAsync(Nothing), Throws.TypeOf<StorageCorruptedException>().With.Message.Contains("Cancel the job"));
        Assert.That(await machine.Jobs.GetAsync("count.00000007"), Has.Property("State").EqualTo(StorageJobState.Unreadable));
        Assert.That(await machine.Jobs.CancelAsync("count.00000007"), Is.True);
        Assert.That((await machine.RunAsync(Nothing)).State, Is.EqualTo(StorageJobState.Completed));
    }

    [Test]
    public async Task Properties_of_a_newer_version_survive_a_run()
    {
        var machine = Start();
        await Documents.PutAsync("jobs/count.00000001", Encoding.UTF8.GetBytes("""{"format":1,"kind":"count","state":"interrupted","owner":"x","run":1,"startedAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","parameters":{},"counters":{},"lastFailures":[],"later":"kept"}"""));

        await machine.RunAsync((context, token) => context.CheckpointAsync("a", token));

        Assert.That(Encoding.UTF8.GetString((await Documents.GetAsync("jobs/count.00000001"))!.Content.Span), Does.Contain("\"later\":\"kept\"").And.Contain("completed"));
    }

    [Test]
    public async Task Checkpoint_whose_answer_was_lost_counts()
    {
        var machine = Start();

        var job = await machine.RunAsync(async (context, token) =>
        {
            machine.Documents.LosesNextAnswer = true;
            await context.CheckpointAsync("a", token);
            context.Count("items");
            machine.Documents.LosesNextAnswer = true;
        });

        Assert.That((job.State, job.After, job.Counters["items"]), Is.EqualTo((StorageJobState.Completed, "a", 1)));
    }

    private static Task Nothing(JobContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    private static JobRequest Request(string prefix, Func<JobContext, CancellationToken, Task> work) =>
        new() { Kind = "count", Work = work, Parameters = new Dictionary<string, string> { ["prefix"] = prefix } };

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

    private static void FailAtA(JobMachine machine, Func<JobContext, CancellationToken, Task> work) =>
        Assert.That(() => machine.RunAsync(work), Throws.InvalidOperationException);

    private static Task FailAsync(JobMachine machine)
    {
        FailAtA(machine, async (context, token) =>
        {
            await context.CheckpointAsync("a", token);
            throw new InvalidOperationException("too bad");
        });
        return Task.CompletedTask;
    }

    private static Task InterruptAsync(JobMachine machine, string prefix)
    {
        Assert.That(
            () => machine.Runner.RunAsync(Request(prefix, async (context, token) =>
            {
                await context.CheckpointAsync("a", token);
                throw new StorageUnavailableException("away");
            })),
            Throws.TypeOf<StorageUnavailableException>());
        return Task.CompletedTask;
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
