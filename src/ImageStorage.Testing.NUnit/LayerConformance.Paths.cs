using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <content>One test for each way of writing.</content>
public abstract partial class LayerConformance<THarness>
{
    [Test]
    public async Task Saves_pass_the_layer([Values] StoreComposition composition)
    {
        await OpenAsync(composition);

        await Storage.SaveBytesAsync("a.png", Image(1));
        await ExpectAsync("save", Saved("a.png", 1));
        await Storage.SaveBytesAsync("a.png", Image(2));
        await ExpectAsync("save", Saved("a.png", 2));
        await Storage.SaveBytesAsync("b.png", Image(3), new SaveOptions { Precondition = IfNoneMatch.Any });
        await ExpectAsync("conditional save", Saved("b.png", 3));
    }

    // A refused write may have been made, as far as a layer knows.
    [Test]
    public async Task Refused_save_passes_the_layer_and_changes_nothing([Values] StoreComposition composition)
    {
        await OpenAsync(composition);
        await SeedAsync("a.png");

        Assert.That(async () => await Storage.SaveBytesAsync("a.png", Image(2), new SaveOptions { Precondition = IfNoneMatch.Any }), Throws.TypeOf<ImageConflictException>());

        await ExpectAsync("refused save", Saved("a.png", 0) with { Effect = WriteEffect.Unknown });
    }

    [Test]
    public async Task Batches_pass_the_layer([Values] StoreComposition composition)
    {
        await OpenAsync(composition);
        ImageKey[] keys = ["a.png", "b.png", "c.png"];

        var saved = await Storage.SaveManyAsync(keys.Select((key, i) => new SaveRequest(key, new MemoryStream(Image(i)))));
        Assert.That(saved.Select(result => result.Error), Is.All.Null);
        await ExpectAsync("batch", [.. keys.Select((key, i) => Saved(key, i))]);

        await Storage.DeleteManyAsync(keys);
        await ExpectAsync("batch", [.. keys.Select(Deleted)]);
    }

    [Test]
    public async Task Updates_pass_the_layer([Values] StoreComposition composition)
    {
        await OpenAsync(composition);
        await SeedAsync("a.png");

        await Storage.UpdateAsync("a.png", new ImageUpdate { FileName = "new.png" });

        await ExpectAsync("update", Saved("a.png", 0) with { Effect = WriteEffect.Updated });
    }

    [Test]
    public async Task Copies_pass_the_layer([Values] StoreComposition composition)
    {
        await OpenAsync(composition);
        await SeedAsync("a.png", "over.png");

        await Storage.CopyAsync("a.png", "new.png");
        await ExpectAsync("copy", Saved("new.png", 0));
        await Storage.CopyAsync("a.png", "over.png");
        await ExpectAsync("copy", Saved("over.png", 0));
    }

    [Test]
    public async Task Moves_pass_the_layer([Values] StoreComposition composition)
    {
        await OpenAsync(composition);
        await IgnoreWithoutTransactionsAsync();
        await SeedAsync("a.png", "b.png", "over.png");

        await Storage.MoveAsync("a.png", "new.png");
        await ExpectAsync("move", Saved("new.png", 0), Deleted("a.png"));
        await Storage.MoveAsync("b.png", "over.png");
        await ExpectAsync("move", Saved("over.png", 1), Deleted("b.png"));
    }

    [Test]
    public async Task Copies_and_moves_of_a_transaction_pass_the_layer([Values] StoreComposition composition)
    {
        await OpenAsync(composition);
        await IgnoreWithoutTransactionsAsync();
        await SeedAsync("a.png", "b.png");

        await Transactions.ExecuteAsync([new CopyStep("a.png", "copied.png"), new MoveStep("b.png", "moved.png")]);

        await ExpectAsync("copy and move in a transaction", Saved("copied.png", 0), Saved("moved.png", 1), Deleted("b.png"));
    }

    [Test]
    public async Task Deletions_pass_the_layer([Values] StoreComposition composition)
    {
        await OpenAsync(composition);
        await SeedAsync("a.png", "b.png");

        await Storage.DeleteAsync("a.png");
        await ExpectAsync("delete", Deleted("a.png"));
        await Storage.DeleteAsync("b.png", new DeleteOptions { Precondition = new IfMatch((await Storage.GetInfoAsync("b.png"))!.ETag) });
        await ExpectAsync("conditional delete", Deleted("b.png"));
        await Storage.DeleteAsync("b.png");
        await ExpectAsync("delete of nothing", Deleted("b.png") with { Effect = WriteEffect.None });
    }

    [Test]
    public async Task Clean_up_passes_the_layer([Values] StoreComposition composition)
    {
        await OpenAsync(composition);
        await SeedAsync("old/a.png", "old/b.png", "new/c.png");

        await Storage.CleanupAsync(new CleanupOptions { MaxCount = 0, Prefix = "old/" });

        await ExpectAsync("clean-up", Deleted("old/a.png"), Deleted("old/b.png"));
    }

    [Test]
    public async Task Transaction_passes_the_layer([Values] StoreComposition composition)
    {
        await OpenAsync(composition);
        await IgnoreWithoutTransactionsAsync();
        await SeedAsync("over.png", "told.png", "gone.png");

        await RunTransactionAsync();

        await ExpectAsync(
            IsAtomic ? "atomic transaction" : "saga transaction",
            Saved("new.png", 7),
            Saved("over.png", 8),
            Saved("told.png", 1) with { Effect = WriteEffect.Updated },
            Deleted("gone.png"));
    }

    // An atomic commit that is not made writes nothing. A saga takes its writes back.
    [Test]
    public async Task Rollback_passes_the_layer([Values] StoreComposition composition)
    {
        await OpenAsync(composition);
        await IgnoreWithoutTransactionsAsync();
        await SeedAsync("over.png", "told.png", "gone.png");
        _expected["new.png"] = null;

        var failure = Assert.CatchAsync<TransactionFailedException>(() => RunTransactionAsync(transaction => transaction.Run(_ => throw new InvalidOperationException("The step fails."), _ => Task.CompletedTask)));

        Assert.That(failure!.InnerException, Is.TypeOf<InvalidOperationException>());
        if (IsAtomic)
        {
            foreach (var recorder in _recorders.Values)
            {
                Assert.That(recorder.Writes.Select(write => write.Hook), Is.All.EqualTo(WriteHook.BeforePut), "An image was prepared, and nothing was written.");
                recorder.Clear();
            }

            await ExpectAsync("atomic rollback");
            return;
        }

        await ExpectAsync(
            "rollback",
            Saved("new.png", 7) with { Image = null },
            Deleted("new.png"),
            Saved("over.png", 0),
            Saved("over.png", 0) with { Effect = WriteEffect.Restored },
            Saved("told.png", 1) with { Effect = WriteEffect.Updated },
            Saved("told.png", 1) with { Effect = WriteEffect.Restored },
            Saved("gone.png", 2) with { Effect = WriteEffect.Deleted },
            Saved("gone.png", 2) with { Effect = WriteEffect.Restored });
    }

    [Test]
    public async Task Atomic_commit_passes_the_layer()
    {
        await OpenAsync(StoreComposition.Alone);
        if (!IsAtomic)
        {
            Assert.Ignore($"{Bare.Name} does not commit several images at once.");
        }

        await SeedAsync("over.png", "told.png", "gone.png");
        var atomic = Provider.GetAbility<IAtomicProvider>();
        Assert.That(atomic, Is.Not.Null, "The layer hides atomic commits: derive it from WriteLayer.");

        await using (var prepared = await atomic!.PrepareAsync(new PutRequest { Key = "over.png", Content = new PieceContent(Image(8), 4096), ContentType = "image/png", Width = 16, Height = 16 }))
        {
            await atomic.CommitAsync([new AtomicPut(prepared), new AtomicUpdate("told.png", new RecordUpdate { Tags = ["t"] }), new AtomicDelete("gone.png"), new AtomicDocument("tests/a", new byte[] { 1 })]);
        }

        await ExpectAsync("atomic commit", Saved("over.png", 8), Saved("told.png", 1) with { Effect = WriteEffect.Updated }, Deleted("gone.png"));
    }

    [Test]
    public async Task Restore_of_a_retained_version_passes_the_layer()
    {
        await OpenAsync(StoreComposition.Alone);
        if (Bare.GetAbility<IVersionKeeper>() is null)
        {
            Assert.Ignore($"{Bare.Name} does not retain versions.");
        }

        await SeedAsync("a.png");
        var keeper = Provider.GetAbility<IVersionKeeper>();
        Assert.That(keeper, Is.Not.Null, "The layer hides retained versions: derive it from WriteLayer.");
        var (before, bytes) = ((await Storage.GetInfoAsync("a.png"))!, await Storage.GetBytesAsync("a.png"));
        Assert.That(await keeper!.RetainAsync("kept-1", "a.png", before.ETag), Is.True);
        await Storage.SaveBytesAsync("a.png", Image(2));
        await ExpectAsync("save", Saved("a.png", 2));
        await AssertRetainedAsync(keeper, "kept-1", before, bytes!);

        await keeper.RestoreAsync("kept-1", "a.png", (await Storage.GetInfoAsync("a.png"))!.ETag);

        await ExpectAsync("restore", Saved("a.png", 0) with { Effect = WriteEffect.Restored });
        await keeper.DropAsync("kept-1");
    }

    /// <summary>Asserts that a layer shows a retained version as it shows an image.</summary>
    private static async Task AssertRetainedAsync(IVersionKeeper keeper, string id, ImageInfo expected, byte[] bytes)
    {
        Assert.That(await keeper.GetRetainedAsync(id), Is.EqualTo(expected), "The layer shows another record of a retained version.");
        await using var retained = await keeper.OpenRetainedAsync(id);
        using var read = new MemoryStream();
        await retained!.Content.CopyToAsync(read);
        Assert.That(retained.Info, Is.EqualTo(expected), "The layer shows another record of a retained version.");
        Assert.That(read.ToArray(), Is.EqualTo(bytes), "The layer shows other bytes of a retained version.");
    }

    // The layers have seen a write when a fallback or the mirror accepts it. The replay changes no image as the store
    // shows it, so the layers do not see it; the bytes that are replayed are those that the layers have passed on.
    [Test]
    public async Task Writes_during_an_outage_pass_the_layer_and_are_replayed_as_they_passed([Values(StoreComposition.WithFallback, StoreComposition.WithMirror)] StoreComposition composition)
    {
        await OpenAsync(composition);
        await SeedAsync("over.png", "gone.png");

        _isDown = true;
        LayerWrite[] writes = [Saved("new.png", 7), Saved("over.png", 8), Saved("copied.png", 8), Deleted("gone.png")];
        await Storage.SaveBytesAsync("new.png", Image(7));
        await Storage.SaveBytesAsync("over.png", Image(8));
        await Storage.CopyAsync("over.png", "copied.png");
        await Storage.DeleteAsync("gone.png");
        await ExpectAsync("outage", writes);

        _isDown = false;
        var reconciled = await (_store!.GetService<IStorageFailover>() ?? _store.GetRequiredService<IStorageMirror>()).ReconcileAsync();
        Assert.That(reconciled.Replayed, Is.GreaterThan(0));
        await ExpectAsync("replay");
        await VerifyAllAsync("replay", writes);
    }

    // A mirror commits by a journal, because its replicas have no commit in common.
    private bool IsAtomic => Bare.GetAbility<IAtomicProvider>() is not null && Provider.GetAbility<IStorageMirror>() is null;

    private IImageTransactions Transactions => _store!.GetRequiredService<IImageTransactions>();

    private Task<TransactionResult> RunTransactionAsync(Action<ImageTransaction>? end = null) => Transactions.ExecuteAsync(transaction =>
    {
        transaction.Save("new.png", new MemoryStream(Image(7)))
            .Save("over.png", new MemoryStream(Image(8)))
            .Update("told.png", new ImageUpdate { FileName = "told.png" })
            .Delete("gone.png");
        end?.Invoke(transaction);
        return Task.CompletedTask;
    });

    private async Task IgnoreWithoutTransactionsAsync()
    {
        try
        {
            await Transactions.ExecuteAsync([new DeleteStep("none.png")]);
        }
        catch (StorageNotSupportedException refusal) when (Provider.GetAbility<IStorageMirror>() is not null && Bare.GetAbility<IVersionKeeper>() is null)
        {
            Assert.Ignore(refusal.Message);
        }

        ClearRecorders();
    }
}
