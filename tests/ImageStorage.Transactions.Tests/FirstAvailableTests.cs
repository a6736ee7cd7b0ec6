using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Transactions.Tests;

/// <summary>
/// P9: a provider that is chosen by a probe may be shared by processes, although another candidate, which was not
/// chosen, may not.
/// </summary>
internal sealed class FirstAvailableTests
{
    [Test]
    public async Task Another_process_leaves_a_running_transaction_alone_and_is_seen_by_the_cache()
    {
        await using var folder = new FolderStore();
        await using var database = new DatabaseStore();
        Task<ImageStore> OpenAsync() => ImageStore.OpenAsync(builder => builder
            .UseFirstAvailable(part => part.UseProvider("Folder", _ => folder.Open(TimeProvider.System)), part => part.UseProvider("Database", _ => database.Open(TimeProvider.System)))
            .WithCache(options => options.RevalidateAfter = TimeSpan.Zero)
            .WithTransactions(options => options.RecoveryInterval = null));
        await using var store = await OpenAsync();
        await using var other = await OpenAsync();
        await store.Images.SaveBytesAsync("a.png", SampleImages.OfLength(300, 1));
        await other.Images.GetBytesAsync("a.png");
        RecoveryResult? recovery = null;

        await store.GetRequiredService<IImageTransactions>().ExecuteAsync(tx =>
        {
            tx.Save("a.png", new MemoryStream(SampleImages.OfLength(300, 2)));
            tx.Run(async token => recovery = await other.GetRequiredService<IImageTransactions>().RecoverAsync(cancellationToken: token), _ => Task.CompletedTask);
            return Task.CompletedTask;
        });

        Assert.That((recovery!.RolledBack, recovery.Active), Is.EqualTo((0, 1)));
        Assert.That(await other.Images.GetBytesAsync("a.png"), Is.EqualTo(SampleImages.OfLength(300, 2)));
    }
}
