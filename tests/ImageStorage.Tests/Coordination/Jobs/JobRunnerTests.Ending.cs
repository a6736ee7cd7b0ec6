using System.Text;
using ImageStorage.Coordination.Jobs;

namespace ImageStorage.Tests.Coordination.Jobs;

/// <content>How a run ends, and which jobs a runner continues.</content>
internal sealed partial class JobRunnerTests
{
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

    private static JobRequest Request(string prefix, Func<JobContext, CancellationToken, Task> work) =>
        new() { Kind = "count", Work = work, Parameters = new Dictionary<string, string> { ["prefix"] = prefix } };

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
}
