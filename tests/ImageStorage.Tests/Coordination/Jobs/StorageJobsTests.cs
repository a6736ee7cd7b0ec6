using System.Text;
using ImageStorage.Coordination.Jobs;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Coordination.Jobs;

/// <summary>What other processes see of a job, and how they cancel it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StorageJobsTests
{
    private readonly InMemoryImageProvider _provider = new(TimeProvider.System);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayContinue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly JobMachine _owner;
    private readonly JobMachine _other;

    public StorageJobsTests() => (_owner, _other) = (new JobMachine(_provider.Documents), new JobMachine(_provider.Documents));

    [TearDown]
    public async Task CloseAsync()
    {
        _mayContinue.TrySetResult();
        await _owner.DisposeAsync();
        await _other.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Test]
    public async Task Running_job_is_cancelled_by_another_process_at_its_next_checkpoint()
    {
        var running = _owner.RunAsync(CheckpointTwice);
        await _reached.Task;
        Assert.That((await _other.Jobs.GetAsync("count.00000001"))!.State, Is.EqualTo(StorageJobState.Running));

        Assert.That(await _other.Jobs.CancelAsync("count.00000001"), Is.True);
        Assert.That(await _other.Jobs.CancelAsync("count.00000001"), Is.True, "It has not ended yet.");
        Assert.That((await _other.Jobs.GetAsync("count.00000001"))!.IsCancelRequested, Is.True);
        _mayContinue.SetResult();
        var job = await running;

        Assert.That((job.State, job.After), Is.EqualTo((StorageJobState.Cancelled, "b")));
        Assert.That(await _other.Jobs.CancelAsync("count.00000001"), Is.False);
        Assert.That((await _other.RunAsync((_, _) => Task.CompletedTask)).Id, Is.EqualTo("count.00000002"));
    }

    [Test]
    public async Task Work_that_catches_its_cancellation_is_cancelled_nevertheless()
    {
        var running = _owner.RunAsync(async (context, token) =>
        {
            await _other.Jobs.CancelAsync(context.Id, token);
            try
            {
                await context.CheckpointAsync("a", token);
            }
            catch (OperationCanceledException)
            {
                // As an application does that catches too much.
            }
        });

        Assert.That((await running).State, Is.EqualTo(StorageJobState.Cancelled));
    }

    [Test]
    public async Task Interrupted_job_is_cancelled_at_once()
    {
        Assert.That(() => _owner.RunAsync((_, _) => throw new StorageUnavailableException("away")), Throws.TypeOf<StorageUnavailableException>());

        Assert.That(await _other.Jobs.CancelAsync("count.00000001"), Is.True);
        Assert.That((await _other.Jobs.GetAsync("count.00000001"))!.State, Is.EqualTo(StorageJobState.Cancelled));
    }

    [Test]
    public async Task Job_of_a_process_without_a_lease_is_shown_as_interrupted_and_is_cancelled_at_once()
    {
        await PutAsync("running", "gone");

        Assert.That((await _other.Jobs.GetAsync("count.00000001"))!.State, Is.EqualTo(StorageJobState.Interrupted));
        Assert.That(await _other.Jobs.CancelAsync("count.00000001"), Is.True);
        Assert.That((await _other.Jobs.GetAsync("count.00000001"))!.State, Is.EqualTo(StorageJobState.Cancelled));
    }

    [Test]
    public async Task Cancel_of_a_job_whose_process_was_killed_ends_the_job_at_the_takeover()
    {
        var running = _owner.RunAsync(CheckpointTwice);
        await _reached.Task;
        _owner.Kill();
        await _other.Jobs.CancelAsync("count.00000001");

        var next = _other.RunAsync((_, _) => Task.CompletedTask, waits: true);
        while (!next.IsCompleted)
        {
            _other.Clock.Advance(JobMachine.Lease / 10);
            await Task.Yield();
        }

        Assert.That(await next, Has.Property("Id").EqualTo("count.00000001").And.Property("State").EqualTo(StorageJobState.Cancelled));
        Assert.That((await _other.RunAsync((_, _) => Task.CompletedTask)).Id, Is.EqualTo("count.00000002"));
        _mayContinue.SetResult();
        Assert.That(async () => await running, Throws.InstanceOf<ImageStorageException>());
    }

    [Test]
    public async Task Listing_and_reading_write_nothing()
    {
        await PutAsync("running", "gone");
        _other.Documents.BeforeWrite = name => throw new InvalidOperationException($"{name} was written");

        await foreach (var job in _other.Jobs.ListAsync())
        {
            Assert.That(await _other.Jobs.GetAsync(job.Id), Is.Not.Null);
        }
    }

    [Test]
    public async Task Job_of_a_newer_version_is_listed_with_what_is_known_and_is_not_cancelled()
    {
        await _provider.Documents.PutAsync("jobs/count.00000003", Encoding.UTF8.GetBytes("""{"format":9,"kind":"count","state":"running","owner":"them","startedAt":"2027-01-01T00:00:00Z","phase":{"a":1}}"""));
        await _provider.Documents.PutAsync("jobs/count.00000004", Encoding.UTF8.GetBytes("""{"format":9,"kind":7}"""));

        var job = (await _other.Jobs.GetAsync("count.00000003"))!;

        Assert.That((job.State, job.Kind, job.Owner, job.StartedAt), Is.EqualTo((StorageJobState.Unreadable, "count", "them", new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero))));
        Assert.That(job.Failure, Does.Contain("newer version"));
        Assert.That((await _other.Jobs.GetAsync("count.00000004"))!.Kind, Is.EqualTo("count"));
        Assert.That(() => _other.Jobs.CancelAsync("count.00000003"), Throws.TypeOf<StorageNotSupportedException>());
        Assert.That(await _provider.Documents.GetAsync("jobs/count.00000003"), Is.Not.Null);
    }

    [TestCase("")]
    [TestCase("count")]
    [TestCase("count.1")]
    [TestCase("Count.00000001")]
    [TestCase("../count.00000001")]
    [TestCase("count.00000009")]
    public async Task Unknown_id_is_no_job(string id)
    {
        Assert.That(await _other.Jobs.GetAsync(id), Is.Null);
        Assert.That(await _other.Jobs.CancelAsync(id), Is.False);
    }

    [Test]
    public async Task Progress_is_reported_at_the_start_after_each_checkpoint_and_at_the_end()
    {
        var reported = new Reports();

        await _owner.Runner.RunAsync(new JobRequest
        {
            Kind = "count",
            Progress = reported,
            Work = async (context, token) =>
            {
                context.Count("items", 2);
                await context.CheckpointAsync("a", token);
            },
        });

        Assert.That(reported.Jobs.Select(job => (job.State, job.After, job.Counters.GetValueOrDefault("items"))), Is.EqualTo(new[]
        {
            (StorageJobState.Running, null, 0L),
            (StorageJobState.Running, "a", 2L),
            (StorageJobState.Completed, "a", 2L),
        }));
    }

    [Test]
    public async Task Checkpoint_is_written_when_it_is_due()
    {
        var reported = new Reports();
        await _owner.Runner.RunAsync(new JobRequest
        {
            Kind = "count",
            Progress = reported,
            Work = async (context, token) =>
            {
                for (var i = 0; i < 12; i++)
                {
                    _owner.Clock.Advance(TimeSpan.FromSeconds(1));
                    await context.CheckpointIfDueAsync($"{i}", token);
                }
            },
        });

        Assert.That(reported.Jobs.Select(job => job.After).Distinct(), Is.EqualTo(new[] { null, "4", "9" }));
    }

    [Test]
    public async Task Rate_limit_spreads_items_and_bytes_over_time()
    {
        var clock = new FakeTimeProvider();
        var pace = new JobPace(itemsPerSecond: 2, bytesPerSecond: 1000, clock);
        Assert.That(pace.WaitAsync(1, 0, default).IsCompleted, Is.True, "The first does not wait.");

        var (second, third) = (pace.WaitAsync(1, 3000, default), pace.WaitAsync(1, 0, default));
        clock.Advance(TimeSpan.FromMilliseconds(499));
        Assert.That((second.IsCompleted, third.IsCompleted), Is.EqualTo((false, false)));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await second;
        clock.Advance(TimeSpan.FromMilliseconds(2999));
        Assert.That(third.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await third;

        // Time that was not used is not saved up.
        clock.Advance(TimeSpan.FromHours(1));
        Assert.That((pace.WaitAsync(1, 0, default).IsCompleted, pace.WaitAsync(1, 0, default).IsCompleted), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Container_has_the_jobs_of_each_store()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        services.AddImageStorage("avatars").UseInMemory();
        await using var container = services.BuildServiceProvider();
        await container.GetRequiredKeyedService<JobRunner>("avatars").RunAsync(new JobRequest { Kind = "count", Work = (_, _) => Task.CompletedTask });

        Assert.That(await container.GetRequiredKeyedService<IStorageJobs>("avatars").GetAsync("count.00000001"), Is.Not.Null);
        Assert.That(await container.GetRequiredService<IStorageJobs>().GetAsync("count.00000001"), Is.Null);
    }

    private async Task CheckpointTwice(JobContext context, CancellationToken cancellationToken)
    {
        await context.CheckpointAsync("a", cancellationToken);
        _reached.SetResult();
        await _mayContinue.Task;
        await context.CheckpointAsync("b", cancellationToken);
    }

    private Task<DocumentETag> PutAsync(string state, string owner) => _provider.Documents.PutAsync(
        "jobs/count.00000001",
        Encoding.UTF8.GetBytes($$"""{"format":1,"kind":"count","state":"{{state}}","owner":"{{owner}}","run":1,"startedAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","parameters":{},"counters":{},"lastFailures":[]}"""));

    private sealed class Reports : IProgress<StorageJob>
    {
        public List<StorageJob> Jobs { get; } = [];

        public void Report(StorageJob value) => Jobs.Add(value);
    }
}
