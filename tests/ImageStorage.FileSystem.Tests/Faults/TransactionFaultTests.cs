using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.FileSystem.Tests.Faults;

/// <summary>
/// P1 and P3 of transactions: one call of the volume fails once, before or after its effect, then the power is cut. What
/// was acknowledged is on the medium: the commit, or the rollback.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class TransactionFaultTests
{
    private const string Old = "shop/cat.png";
    private const string New = "shop/dog.png";
    private static readonly TransactionOptions Options = new() { RetryDelay = TimeSpan.Zero, MaxConcurrency = 1 };

    // A fault of a call that only reads is a matter of the retries.
    private static readonly VolumeOperation[] Changing = [VolumeOperation.MoveOver, VolumeOperation.Link, VolumeOperation.DeleteFile, VolumeOperation.FlushFile, VolumeOperation.FlushDirectory, VolumeOperation.DeleteDirectory];

    private static readonly Dictionary<string, TransactionStep> Steps = new(StringComparer.Ordinal)
    {
        ["save new"] = new SaveStep(new SaveRequest(New, _ => new ValueTask<Stream>(new MemoryStream(Pictures.Of(3_000, 9))))),
        ["save new in new folders"] = new SaveStep(new SaveRequest("a/b/dog.png", _ => new ValueTask<Stream>(new MemoryStream(Pictures.Of(3_000, 9))))),
        ["overwrite"] = new SaveStep(new SaveRequest(Old, _ => new ValueTask<Stream>(new MemoryStream(Pictures.Of(3_000, 9))))),
        ["update"] = new UpdateStep(Old, new ImageUpdate { Tags = ["new"] }),
        ["delete"] = new DeleteStep(Old),
        ["copy"] = new CopyStep(Old, New),
        ["move"] = new MoveStep(Old, New),
        ["append"] = new AppendStep(new HistoryEntry { Mode = "test", Keys = [Old] }),
    };

    [Test]
    public async Task Fault_at_any_call_and_a_power_cut_keep_the_acknowledged_outcome(
        [ValueSource(nameof(Names))] string name,
        [Values] bool isRolledBack,
        [Values(FaultKind.InputOutputError, FaultKind.InputOutputErrorAfterEffect)] FaultKind kind)
    {
        TransactionStep[] steps = isRolledBack ? [Steps[name], new CustomStep(_ => throw new InvalidOperationException("The last step fails."), _ => Task.CompletedTask)] : [Steps[name]];
        var arranged = await ArrangeAsync(new StoppedClock());
        var before = await StoreCheck.DescribeAsync(arranged.Copy(), new StoppedClock());
        var rehearsal = new FaultPlan(kind, int.MaxValue, isPersistent: false);
        var complete = arranged.Copy();
        await RunAsync(complete, new StoppedClock(), rehearsal, steps);
        var after = await StoreCheck.DescribeAsync(complete, new StoppedClock());
        foreach (var position in Enumerable.Range(0, rehearsal.Calls.Count).Where(position => Changing.Contains(rehearsal.Calls[position].Operation)))
        {
            var (volume, clock) = (arranged.Copy(), new StoppedClock());
            var plan = new FaultPlan(kind, position, isPersistent: false);
            var outcome = await RunAsync(volume, clock, plan, steps);
            var found = await RecoverAsync(volume.Crash(CrashPolicy.PowerCut), clock);

            Assert.That(found, outcome switch
            {
                null => Is.EqualTo(after),
                TransactionOutcome.RolledBack => Is.EqualTo(before),
                _ => Is.EqualTo(before).Or.EqualTo(after),
            }, $"{name}: {kind} at call {position} ({plan.Struck}), outcome {outcome?.ToString() ?? "committed"}");
        }
    }

    private static IEnumerable<string> Names => Steps.Keys;

    private static async Task<InMemoryVolume> ArrangeAsync(TimeProvider clock)
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, clock);
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("shop/mouse.png", Pictures.Of(200, 2));
        await storage.SaveBytesAsync(Old, Pictures.Of(5_000, 3), new SaveOptions { Tags = ["old"] });
        return volume;
    }

    /// <summary>Returns the outcome of a failed transaction; <see langword="null"/> for a commit.</summary>
    private static async Task<TransactionOutcome?> RunAsync(InMemoryVolume volume, TimeProvider clock, FaultPlan plan, TransactionStep[] steps)
    {
        await using var container = Compose(StoreCheck.Open(new ObservedVolume(volume, plan.Observe), clock), clock);
        try
        {
            await container.GetRequiredService<IImageTransactions>().ExecuteAsync(steps, Options);
            return null;
        }
        catch (TransactionFailedException failure)
        {
            return failure.Outcome;
        }
        finally
        {
            plan.End();
        }
    }

    /// <summary>Describes a store after a restart and a recovery.</summary>
    private static async Task<string> RecoverAsync(InMemoryVolume volume, StoppedClock clock)
    {
        var provider = StoreCheck.Open(volume, clock);
        await using var container = Compose(provider, clock);
        var transactions = container.GetRequiredService<IImageTransactions>();
        await transactions.RecoverAsync();
        clock.Advance(TimeSpan.FromMinutes(2));
        await transactions.RecoverAsync();
        return await StoreCheck.DescribeAsync(provider);
    }

    private static ServiceProvider Compose(IImageProvider provider, TimeProvider clock)
    {
        var services = new ServiceCollection();
        services.AddSingleton(clock);
        services.AddImageStorage().UseProvider("Folder", _ => provider).WithTransactions();
        return services.BuildServiceProvider();
    }

    /// <summary>A clock that only a test advances, for times and for leases. Timers are those of the system.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => _now += time;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.Ticks;
    }
}
