using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests;

/// <summary>
/// Failures of the file system as failures of the contract: typed, with a remedy, without absolute paths (P7).
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class FileErrorsTests
{
    [TestCase(28, typeof(StorageFullException), false)]
    [TestCase(122, typeof(StorageFullException), false)]
    [TestCase(30, typeof(StorageUnavailableException), false)]
    [TestCase(5, typeof(StorageUnavailableException), true)]
    [TestCase(24, typeof(StorageUnavailableException), true)]
    [Platform(Include = "Linux")]
    public void Translate_of_an_error_number_is_typed(int errno, Type type, bool isTransient)
    {
        var failure = FileErrors.Translate(new IOException("what the system says", errno), "saving", "a.png");

        Assert.That(failure, Is.TypeOf(type));
        Assert.That((failure.IsTransient, failure.Key, failure.Provider), Is.EqualTo((isTransient, (ImageKey?)"a.png", "FileSystem")));
        Assert.That(failure.Message, Does.Contain("a.png").And.Contain("saving"));
    }

    [Test]
    public void Translate_of_denied_access_names_the_remedy_and_is_not_transient()
    {
        var failure = FileErrors.Translate(new UnauthorizedAccessException("Access to the path '/secret/root/x' is denied."), "reading", null);

        Assert.That(failure, Is.TypeOf<StorageUnavailableException>());
        Assert.That((failure.IsTransient, failure.Message), Is.EqualTo((false, "FileSystem: reading failed: the process has no access to the folder of the store. Grant its user read and write access.")));
    }

    [Test]
    public void Translate_ends_the_message_of_the_system_with_one_period() =>
        Assert.That(FileErrors.Translate(new IOException("The pipe is broken."), "reading", null).Message, Is.EqualTo("FileSystem: reading failed: the file system reports: The pipe is broken. Check the disk and the log of the operating system."));

    [TestCase("Could not find file '/secret/root/x'.")]
    [TestCase("The file '/secret/root/x' already exists.")]
    [TestCase("The process cannot access the file '/secret/root/x' because it is being used by another process.")]
    [TestCase("Input/output error : '/secret/root/x'")]
    [TestCase("Failed to create '/secret/root/x' with allocation size '5' because the disk was full.")]
    [TestCase("The process cannot access the file 'C:\\secret\\root\\x' because it is being used by another process.")]
    [TestCase("Could not find a part of the path '\\\\secret\\root\\x'.")]
    public void Translate_omits_the_path_of_the_store(string message)
    {
        var failure = FileErrors.Translate(new IOException(message, 5), "saving", "a.png");

        Assert.That(failure.Message, Does.Not.Contain("secret").And.Not.Contain("root"));
    }

    [Test]
    public void Translate_of_exceptions_of_a_real_folder_shows_no_path()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(folder.Combine("file"), "x");
        Action[] acts =
        [
            () => File.OpenHandle(folder.Combine("missing")),
            () => File.OpenHandle(folder.Combine("missing/x")),
            () => File.OpenHandle(folder.Combine("file"), FileMode.CreateNew, FileAccess.Write),
            () => File.OpenHandle(folder.Combine("file/x"), FileMode.CreateNew, FileAccess.Write),
            () => File.OpenHandle(folder.Combine(new string('x', 300)), FileMode.CreateNew, FileAccess.Write),
            () => File.Move(folder.Combine("missing"), folder.Combine("y")),
            () => Directory.CreateDirectory(folder.Combine("file")),
            () => Directory.Delete(folder.Path),
            () => File.ReadAllBytes(folder.Path),
        ];
        foreach (var act in acts)
        {
            var thrown = Assert.Catch(() => act());
            Assert.That(FileErrors.IsExpected(thrown!), Is.True, $"{thrown}");
            Assert.That(FileErrors.Translate(thrown!, "saving", null).Message, Does.Not.Contain(folder.Path).And.Not.Contain(Path.GetTempPath()), $"{thrown}");
        }
    }
}
