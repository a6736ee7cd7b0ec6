using ImageStorage.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/first-available.md, and that a store does what the page says.</summary>
internal sealed class FirstAvailableSnippets
{
    private string _former = string.Empty;
    private string _folder = string.Empty;

    [SetUp]
    public void EnterFolder()
    {
        _former = Environment.CurrentDirectory;
        _folder = Directory.CreateTempSubdirectory("imagestorage-guide-").FullName;
        Environment.CurrentDirectory = _folder;
    }

    [TearDown]
    public void LeaveFolder()
    {
        Environment.CurrentDirectory = _former;
        Directory.Delete(_folder, recursive: true);
    }

    // There is no /mnt/images on the machine that runs the tests, so the second candidate is used.
    [Test]
    public async Task First_candidate_that_passes_is_used_by_code_and_by_configuration([Values] bool isConfigured)
    {
        var builder = Host.CreateApplicationBuilder();
        if (isConfigured)
        {
            builder.Configuration.AddConfiguration(GuideJson.Of("first-available"));
            builder.Services.AddImageStorage(builder.Configuration.GetSection("ImageStorage")).AddFileSystemProvider();
        }
        else
        {
            builder.Services.AddImageStorage().UseFirstAvailable(
                first => first.UseFileSystem(folder =>
                {
                    folder.Path = "/mnt/images";
                    folder.CreateIfMissing = false;
                }),
                second => second.UseFileSystem("data/images"));
        }

        await using var container = builder.Services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        Assert.That(images.ToString(), Does.Contain("not chosen yet"));

        await images.SaveBytesAsync("a", SampleImages.Png());

        Assert.That(images.ToString(), Does.Match(@"Auto\(.*FileSystem").And.Not.Contain("not chosen yet"));
        Assert.That(Directory.EnumerateFiles(Path.Join(_folder, "data", "images"), "*", SearchOption.AllDirectories), Is.Not.Empty);
    }
}
