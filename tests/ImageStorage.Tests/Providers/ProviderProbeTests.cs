using ImageStorage.Providers;
using Moq;

namespace ImageStorage.Tests.Providers;

public class ProviderProbeTests
{
    [TestCase("nothing")]
    [TestCase("other bytes")]
    [TestCase("fewer bytes")]
    public void Probe_that_reads_back_something_else_is_damage(string comesBack)
    {
        var provider = ProviderWhoseDocumentsGive(written => comesBack switch { "nothing" => null, "other bytes" => new byte[16], _ => written[..15] });

        Assert.That(() => ProviderProbe.RunAsync(provider.Object, default), Throws.TypeOf<StorageCorruptedException>().With.Message.Contains("Sick").And.Property("Provider").EqualTo("Sick"));
    }

    [Test]
    public async Task Probe_writes_only_where_nothing_is_and_deletes_what_it_wrote()
    {
        var provider = ProviderWhoseDocumentsGive(written => written);

        await ProviderProbe.RunAsync(provider.Object, default);

        var documents = Mock.Get(provider.Object.Documents);
        documents.Verify(store => store.PutAsync(It.Is<DocumentName>(name => name.Collection == "probes"), It.IsAny<ReadOnlyMemory<byte>>(), DocumentETag.None, default), Times.Once);
        documents.Verify(store => store.DeleteAsync(It.Is<DocumentName>(name => name.Collection == "probes"), null, default), Times.Once);
    }

    private static Mock<IImageProvider> ProviderWhoseDocumentsGive(Func<byte[], byte[]?> read)
    {
        byte[] written = [];
        var documents = new Mock<IDocumentStore>();
        documents.Setup(store => store.PutAsync(It.IsAny<DocumentName>(), It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<DocumentETag?>(), It.IsAny<CancellationToken>()))
            .Callback((DocumentName _, ReadOnlyMemory<byte> content, DocumentETag? _, CancellationToken _) => written = content.ToArray())
            .ReturnsAsync(new DocumentETag("1"));
        documents.Setup(store => store.GetAsync(It.IsAny<DocumentName>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((DocumentName name, CancellationToken _) => read(written) is { } content ? new StoredDocument { Name = name, Content = content, ETag = new DocumentETag("1") } : null);
        var provider = new Mock<IImageProvider>();
        provider.Setup(inner => inner.Name).Returns("Sick");
        provider.Setup(inner => inner.Documents).Returns(documents.Object);
        return provider;
    }
}
