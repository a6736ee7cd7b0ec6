using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/copy-and-move.md, and that the code does what the page says.</summary>
internal sealed class CopySnippets
{
    [Test]
    public async Task Images_are_copied_and_moved()
    {
        await using var store = await ImageStore.OpenAsync(builder => builder.UseInMemory().WithTransactions());
        var images = store.Images;
        var draft = await images.SaveBytesAsync("drafts/42.jpg", SampleImages.Png());
        await images.SaveBytesAsync("uploads/tmp-7.jpg", SampleImages.Png());

        var copy = await images.CopyAsync("drafts/42.jpg", "published/42.jpg");
        var moved = await images.MoveAsync("uploads/tmp-7.jpg", "users/7/avatar.jpg");

        var options = new CopyOptions
        {
            Precondition = IfNoneMatch.Any,
            SourcePrecondition = new IfMatch(draft.ETag),
        };
        await images.MoveAsync(draft.Key, "published/43.jpg", options);

        Assert.That((copy.Sha256, moved.Key.Value), Is.EqualTo((draft.Sha256, "users/7/avatar.jpg")));
        Assert.That(await KeysOf(images), Is.EqualTo(["published/42.jpg", "published/43.jpg", "users/7/avatar.jpg"]));
    }

    [Test]
    public async Task Copies_and_moves_are_steps_of_a_transaction()
    {
        await using var store = await ImageStore.OpenAsync(builder => builder.UseInMemory().WithTransactions());
        var (images, transactions) = (store.Images, store.GetRequiredService<IImageTransactions>());
        await images.SaveBytesAsync("uploads/tmp-8.jpg", SampleImages.Png());
        await images.SaveBytesAsync("users/8/avatar.jpg.original", SampleImages.Png());

        await transactions.ExecuteAsync(tx =>
        {
            tx.Move("uploads/tmp-8.jpg", "users/8/avatar.jpg");
            tx.Copy("users/8/avatar.jpg.original", "archive/8.jpg");
            tx.Append(new HistoryEntry { Mode = "publish", Keys = ["users/8/avatar.jpg"] });
            return Task.CompletedTask;
        });

        Assert.That(await KeysOf(images), Is.EqualTo(["archive/8.jpg", "users/8/avatar.jpg", "users/8/avatar.jpg.original"]));
    }

    private static async Task<IEnumerable<string>> KeysOf(IImageStorage images) =>
        (await images.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items.Select(info => info.Key.Value);
}
