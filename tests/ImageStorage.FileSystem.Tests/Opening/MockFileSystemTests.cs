using System.IO.Abstractions.TestingHelpers;
using ImageStorage.FileSystem.Tests.Simulation;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.FileSystem.Tests.Opening;

/// <summary>A test of an application: the complete store on a MockFileSystem, from a service collection.</summary>
public sealed class MockFileSystemTests
{
    [Test]
    public async Task A_store_on_a_mock_file_system_works_end_to_end()
    {
        var fileSystem = new MockFileSystem();
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem(options =>
        {
            options.Path = "/data/images";
            options.FileSystem = fileSystem;
        });
        await using var provider = services.BuildServiceProvider();
        var storage = provider.GetRequiredService<IImageStorage>();

        await storage.SaveBytesAsync("users/42/avatar.png", Pictures.Of(700, 1));
        await storage.SaveBytesAsync("users/43/avatar.png", Pictures.Of(800, 1));
        await storage.DeleteAsync("users/43/avatar.png");

        Assert.That(await storage.GetBytesAsync("users/42/avatar.png"), Is.EqualTo(Pictures.Of(700, 1)));
        Assert.That((await storage.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(1));
        var path = fileSystem.AllFiles.Single(file => file.EndsWith("avatar.png", StringComparison.Ordinal));
        Assert.That(path.Replace('\\', '/'), Does.EndWith("/data/images/images/users/42/avatar.png"));
        Assert.That(fileSystem.File.ReadAllBytes(path).Take(700), Is.EqualTo(Pictures.Of(700, 1)), "Any viewer can open the file: it begins with the image.");
    }
}
