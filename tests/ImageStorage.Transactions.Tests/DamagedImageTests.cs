using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests;

/// <summary>Transactions and moves that would replace an image whose record is damaged.</summary>
internal sealed class DamagedImageTests
{
    [Test]
    public async Task Move_to_a_damaged_image_is_refused_with_the_remedy()
    {
        await using var store = new FolderStore();
        await using var process = new TestProcess(store, new TestClock());
        await process.Storage.SaveBytesAsync("a.png", SampleImages.Png());
        await process.Storage.SaveBytesAsync("b.png", SampleImages.Png(2, 2));
        store.DamageRecords("b.png*");

        var failure = Assert.ThrowsAsync<ImageCorruptedException>(() => process.Storage.MoveAsync("a.png", "b.png"));
        Assert.That(failure!.Key, Is.EqualTo((ImageKey)"b.png"));
        Assert.That(failure.Message, Does.Contain("Delete the image 'b.png' first, then move 'a.png' again"));
        var rolledBack = Assert.ThrowsAsync<TransactionFailedException>(() => process.Transactions.ExecuteAsync([new DeleteStep("b.png")]));
        Assert.That(rolledBack!.InnerException!.Message, Does.Contain("Delete the image 'b.png' first, then repeat the transaction."));
        Assert.That(await process.Storage.ExistsAsync("a.png"), Is.True);

        await process.Storage.DeleteAsync("b.png");
        var moved = await process.Storage.MoveAsync("a.png", "b.png");

        Assert.That(await process.Storage.GetInfoAsync("b.png"), Is.EqualTo(moved));
    }
}
