using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests;

/// <summary>Copies and moves as steps of transactions, and moves beside other writers.</summary>
[TestFixture(typeof(KeepingMemoryStore))]
[TestFixture(typeof(MemoryTestStore))]
[TestFixture(typeof(FolderStore))]
[TestFixture(typeof(DatabaseStore))]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MoveTests(Type kind) : IAsyncDisposable
{
    private readonly TestClock _clock = new();
    private readonly TestStore _store = (TestStore)Activator.CreateInstance(kind)!;
    private TestProcess? _process;
    private Func<CallMoment, Task> _at = _ => Task.CompletedTask;

    private TestProcess Process => _process ??= new TestProcess(_store, _clock, fault: moment =>
    {
        // The callback runs outside of the provider's locks, before or after a call.
        _at(moment).GetAwaiter().GetResult();
        return null;
    });

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await _store.DisposeAsync();
    }

    [Test]
    public async Task Steps_return_the_records_of_the_copy_and_of_the_moved_image()
    {
        var source = await SaveAsync("a.png", 1);
        var moved = await SaveAsync("b.png", 2);
        _clock.Advance(TimeSpan.FromMinutes(1));

        var result = await Process.Transactions.ExecuteAsync(tx =>
        {
            tx.Copy("a.png", "a-copy.png").Move("b.png", "c.png").Append(new HistoryEntry { Mode = "move", Keys = ["c.png"] });
            return Task.CompletedTask;
        });

        Assert.That(result.Steps.Select(step => (step.Step.GetType().Name, step.Status)), Is.EqualTo(new[]
        {
            (nameof(CopyStep), TransactionStepStatus.Done), (nameof(MoveStep), TransactionStepStatus.Done), (nameof(AppendStep), TransactionStepStatus.Done),
        }));
        Assert.That(result.Steps[0].Info, Is.EqualTo(source with { Key = "a-copy.png", ETag = result.Steps[0].Info!.ETag, CreatedAt = _clock.GetUtcNow(), ModifiedAt = _clock.GetUtcNow() }));
        Assert.That(result.Steps[1].Info, Is.EqualTo(moved with { Key = "c.png", ETag = result.Steps[1].Info!.ETag, ModifiedAt = _clock.GetUtcNow() }));
        Assert.That(await Process.Storage.GetInfoAsync("c.png"), Is.EqualTo(result.Steps[1].Info));
        Assert.That(await Process.Storage.GetInfoAsync("b.png"), Is.Null);
        await StoreState.AssertTidyAsync(Process, "done");
    }

    [Test]
    public async Task Source_and_target_of_a_step_are_in_no_other_step([Values("a.png", "c.png")] string key, [Values] bool isMove)
    {
        await SaveAsync("a.png", 1);
        TransactionStep step = isMove ? new MoveStep("a.png", "c.png") : new CopyStep("a.png", "c.png");

        Assert.That(() => Process.Transactions.ExecuteAsync([step, new DeleteStep(key)]), Throws.TypeOf<ImageValidationException>().With.Property("Key").EqualTo((ImageKey)key));
        Assert.That(() => Process.Transactions.ExecuteAsync([new CopyStep("a.png", "a.png")]), Throws.ArgumentException);
        Assert.That(await Process.Storage.GetInfoAsync("a.png"), Is.Not.Null);
    }

    [Test]
    public async Task Steps_after_which_a_step_fails_are_undone()
    {
        await SaveAsync("a.png", 1);
        await SaveAsync("b.png", 2);
        await SaveAsync("c.png", 3);
        var before = await StoreState.DescribeAsync(Process);

        var failure = Assert.ThrowsAsync<TransactionFailedException>(() => Process.Transactions.ExecuteAsync(tx =>
        {
            tx.Copy("a.png", "new.png").Move("b.png", "c.png").Run(_ => throw new InvalidOperationException("No."), _ => Task.CompletedTask);
            return Task.CompletedTask;
        }));

        Assert.That(failure!.Outcome, Is.EqualTo(TransactionOutcome.RolledBack));
        Assert.That(failure.Steps, Has.Count.EqualTo(3));
        Assert.That(await StoreState.DescribeAsync(Process), Is.EqualTo(before));
        await StoreState.AssertTidyAsync(Process, "undone");
    }

    [TestCase("a.png")]
    [TestCase("b.png")]
    public async Task Move_continues_with_the_version_of_another_writer(string overwritten)
    {
        var first = await SaveAsync("a.png", 1);
        await SaveAsync("b.png", 2);
        var isDone = false;
        ImageInfo? other = null;
        _at = async moment =>
        {
            // After the first read of the image, and before its effect.
            if (!isDone && moment is { HasTakenEffect: false } && (moment.Operation.StartsWith("copy", StringComparison.Ordinal) || moment.Operation.StartsWith("commit", StringComparison.Ordinal)))
            {
                isDone = true;
                other = await SaveAsync(overwritten, 3);
            }
        };

        var moved = await Process.Storage.MoveAsync("a.png", "b.png");

        Assert.That(isDone, Is.True);
        Assert.That(moved.Sha256, Is.EqualTo((overwritten == "a.png" ? other! : first).Sha256));
        Assert.That(await Process.Storage.GetInfoAsync("a.png"), Is.Null);
        Assert.That(await Process.Storage.GetInfoAsync("b.png"), Is.EqualTo(moved));
        await StoreState.AssertTidyAsync(Process, "moved");
    }

    [Test]
    public async Task Move_of_an_expected_version_fails_when_another_writer_was_faster()
    {
        var version = await SaveAsync("a.png", 1);
        var isDone = false;
        _at = async moment =>
        {
            if (!isDone && moment is { HasTakenEffect: false } && (moment.Operation.StartsWith("copy", StringComparison.Ordinal) || moment.Operation.StartsWith("commit", StringComparison.Ordinal)))
            {
                isDone = true;
                await SaveAsync("a.png", 3);
            }
        };

        var conflict = Assert.ThrowsAsync<ImageConflictException>(() => Process.Storage.MoveAsync("a.png", "b.png", new CopyOptions { SourcePrecondition = new IfMatch(version.ETag) }));

        Assert.That(conflict!.Key, Is.EqualTo((ImageKey)"a.png"));
        Assert.That(await Process.Storage.GetInfoAsync("b.png"), Is.Null);
        await StoreState.AssertTidyAsync(Process, "refused");
    }

    [Test]
    public async Task Reader_finds_a_moving_image_under_one_of_its_keys()
    {
        await SaveAsync("a.png", 1);
        var missing = new List<CallMoment>();
        var isLooking = false;
        _at = async moment =>
        {
            if (!isLooking)
            {
                isLooking = true;
                if (await Process.Storage.GetInfoAsync("a.png") is null && await Process.Storage.GetInfoAsync("b.png") is null)
                {
                    missing.Add(moment);
                }

                isLooking = false;
            }
        };

        await Process.Storage.MoveAsync("a.png", "b.png");

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public async Task Store_without_the_container_moves_by_an_atomic_commit_only()
    {
        await SaveAsync("a.png", 1);
        await using var storage = new ImageStorageManager(new SharedProvider(Process.Provider));
        if (Process.Provider.GetAbility<IAtomicProvider>() is not null)
        {
            var source = await storage.GetInfoAsync("a.png");
            var moved = await storage.MoveAsync("a.png", "b.png");
            Assert.That(moved.CreatedAt, Is.EqualTo(source!.CreatedAt));
            Assert.That(await storage.GetInfoAsync("a.png"), Is.Null);
            Assert.That(() => storage.MoveAsync("a.png", "b.png"), Throws.TypeOf<ImageNotFoundException>());
        }
        else
        {
            Assert.That(() => storage.MoveAsync("a.png", "b.png"), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("ImageStore.OpenAsync"));
            Assert.That(await storage.GetInfoAsync("a.png"), Is.Not.Null);
        }
    }

    private Task<ImageInfo> SaveAsync(ImageKey key, int seed) => Process.Storage.SaveBytesAsync(key, SampleImages.OfLength(300 + seed, seed), new SaveOptions { Tags = ["t"] });
}
