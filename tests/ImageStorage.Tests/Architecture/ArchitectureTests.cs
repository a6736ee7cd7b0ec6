using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ImageStorage.Instrumentation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Architecture;

/// <summary>The rules of the design that the compiler does not keep.</summary>
public partial class ArchitectureTests
{
    private static readonly Assembly Core = typeof(IImageStorage).Assembly;
    private static readonly string[] CorePackages = ["Microsoft.Extensions.", "Polly.Core", "System.IO.Hashing"];
    private static readonly string[] ForbiddenFolders = ["Helpers", "Utils", "Utilities", "Common", "Models", "Misc"];

    // Each package and the packages of the family that it may reference: one way, and no provider knows another.
    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["ImageStorage"] = [],
        ["ImageStorage.FileSystem"] = ["ImageStorage"],
        ["ImageStorage.LiteDb"] = ["ImageStorage"],
        ["ImageStorage.AzureBlob"] = ["ImageStorage"],
        ["ImageStorage.Imaging"] = ["ImageStorage"],
        ["ImageStorage.AspNetCore"] = ["ImageStorage"],
        ["ImageStorage.Testing"] = ["ImageStorage"],
        ["ImageStorage.Testing.NUnit"] = ["ImageStorage", "ImageStorage.Testing"],
    };

    private static readonly string[] PublicNamespaces = ["ImageStorage", "ImageStorage.Providers", "Microsoft.Extensions.DependencyInjection"];

    private static IEnumerable<string> Projects => Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)!).Where(name => File.Exists(ProjectFile(name)));

    private static IEnumerable<Type> CoreTypes => Core.GetTypes().Where(type => type.Namespace?.StartsWith("ImageStorage", StringComparison.Ordinal) == true && !type.Name.Contains('<', StringComparison.Ordinal));

    [TestCaseSource(nameof(Projects))]
    public void Package_references_only_what_the_design_allows(string project)
    {
        if (project == "ImageStorage.Tool")
        {
            Assert.Pass("The tool may reference all.");
        }

        var references = Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

        Assert.That(AllowedReferences, Does.ContainKey(project), "A new package needs its line in this test.");
        Assert.That(references, Is.SubsetOf(AllowedReferences[project]));
    }

    // An application may test with any framework.
    [Test]
    public void Testing_references_no_test_framework() =>
        Assert.That(typeof(SampleImages).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name), Has.None.Contains("nunit").IgnoreCase);

    // A type that another package needs is public, so that a third party can do the same.
    [TestCaseSource(nameof(Projects))]
    public void Package_shows_its_internals_to_no_other_package(string project) =>
        Assert.That(Items(project, "InternalsVisibleTo").Intersect(Projects), Is.Empty);

    [Test]
    public void Core_references_only_the_allowed_packages()
    {
        Assert.That(Items("ImageStorage", "PackageReference").Where(name => !CorePackages.Any(allowed => name.StartsWith(allowed, StringComparison.Ordinal))), Is.Empty);
        Assert.That(
            Core.GetReferencedAssemblies().Select(assembly => assembly.Name!).Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && !CorePackages.Any(allowed => name.StartsWith(allowed, StringComparison.Ordinal))),
            Is.Empty);
    }

    // Documents go through the source-generated contexts of DocumentJson. The marker of a cache folder is no document, and
    // the converters are parts of contracts.
    [Test]
    public void Documents_of_the_core_have_no_hand_written_codec() =>
        Assert.That(
            Repository.SourceFiles.Where(path => path.StartsWith("src/ImageStorage/", StringComparison.Ordinal) && HandWrittenJson().IsMatch(Repository.Read(path))),
            Is.EqualTo(new[] { "src/ImageStorage/Layers/Caching/Disk/DiskFolder.cs" }));

    // Public types are in few namespaces, whatever their folder is; the namespace of internal types is that of their concept.
    [Test]
    public void Namespaces_follow_folders()
    {
        var wrong = Repository.SourceFiles
            .Select(path => (Path: path, Text: Repository.Read(path)))
            .Select(file => (file.Path, Declared: NamespaceLine().Match(file.Text).Groups[1].Value, Expected: NamespacesOf(file.Path)))
            .Where(file => file.Declared.Length > 0 && !file.Expected.Contains(file.Declared));

        Assert.That(wrong.Select(file => $"{file.Path}: {file.Declared}, not {string.Join(" or ", file.Expected)}"), Is.Empty);
    }

    [Test]
    public void Public_types_of_the_core_are_in_three_namespaces() =>
        Assert.That(Core.GetExportedTypes().Select(type => type.Namespace).Distinct(), Is.EquivalentTo(PublicNamespaces));

    [Test]
    public void Extensions_of_the_builder_are_where_applications_find_them_without_a_using()
    {
        var extensions = Repository.SourceFiles.Where(path => path.EndsWith("BuilderExtensions.cs", StringComparison.Ordinal)).ToList();

        Assert.That(extensions, Has.Count.GreaterThan(8));
        Assert.That(extensions.Where(path => NamespaceLine().Match(Repository.Read(path)).Groups[1].Value != "Microsoft.Extensions.DependencyInjection"), Is.Empty);
    }

    [Test]
    public void No_folder_is_a_drawer() =>
        Assert.That(Repository.SourceFiles.Where(path => path.Split('/').Intersect(ForbiddenFolders, StringComparer.OrdinalIgnoreCase).Any()), Is.Empty);

    // A file holds one type, or one family of records, enumerations, exceptions or converters, and is named after either.
    [Test]
    public void File_is_named_after_the_type_that_it_holds()
    {
        var wrong = Repository.SourceFiles.Where(path => Path.GetFileName(path) != "Program.cs")
            .Select(path => (Path: path, Types: TopLevelType().Matches(Repository.Read(path)).Select(match => (Kind: match.Groups[1].Value, Name: match.Groups[2].Value)).Distinct().ToList()))
            .Select(file => (file.Path, file.Types, Classes: file.Types.Where(type => !IsOfFamily(type.Kind, type.Name)).Select(type => type.Name).ToList()))
            .Where(file => file.Types.Count == 1 || file.Classes.Count > 0
                ? file.Classes.Count > 1 || Path.GetFileName(file.Path).Split('.')[0] != (file.Classes.Count == 1 ? file.Classes[0] : file.Types[0].Name)
                : false)
            .Select(file => $"{file.Path}: {string.Join(", ", file.Types)}");

        Assert.That(wrong, Is.Empty);
    }

    // What takes two is no decorator but a composition.
    [Test]
    public void Decorators_derive_from_DelegatingImageProvider()
    {
        var wrappers = CoreTypes.Where(type => type.IsAssignableTo(typeof(IImageProvider)) && type is { IsInterface: false }
            && type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Any(constructor => constructor.GetParameters() is var parameters
                && parameters.Count(parameter => parameter.ParameterType == typeof(IImageProvider)) == 1 && !parameters.Any(parameter => parameter.ParameterType.IsAssignableTo(typeof(IEnumerable<IImageProvider>)))));

        Assert.That(wrappers.Where(type => !type.IsAssignableTo(typeof(DelegatingImageProvider))), Is.Empty);
        Assert.That(wrappers, Has.Some.EqualTo(typeof(InstrumentationProvider)), "The search finds decorators.");
    }

    [Test]
    public void Providers_are_not_inherited() =>
        Assert.That(CoreTypes.Where(type => type is { IsClass: true, IsAbstract: false, IsSealed: false } && type.IsAssignableTo(typeof(IImageProvider))), Is.Empty);

    // What only the library itself uses has no public face.
    [TestCase("ImageStorage.Instrumentation")]
    public void Internal_concept_has_no_public_type(string concept) => Assert.That(CoreTypes.Where(type => type.Namespace == concept && type.IsPublic), Is.Empty);

    [Test]
    public void Logs_and_validators_are_internal() => Assert.That(
        CoreTypes.Where(type => type.IsPublic && (type.Name == "Log" || type.GetInterfaces().Any(contract => contract.Name.StartsWith("IValidateOptions", StringComparison.Ordinal)))), Is.Empty);

    [Test]
    public void Classes_are_sealed_abstract_or_static_except_a_base_of_exceptions() => Assert.That(
        CoreTypes.Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && type != typeof(StorageCorruptedException)), Is.Empty);

    [Test]
    public void Exceptions_are_of_one_family() =>
        Assert.That(CoreTypes.Where(type => type.IsAssignableTo(typeof(Exception)) && !type.IsAssignableTo(typeof(ImageStorageException))), Is.Empty);

    // P7: a token that cannot be passed cannot be honoured.
    [Test]
    public void Public_asynchronous_methods_are_named_so_and_take_a_token_last()
    {
        var wrong =
            from type in CoreTypes
            where type.IsPublic
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            let returned = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericTypeDefinition() : method.ReturnType
            where returned == typeof(Task) || returned == typeof(Task<>) || returned == typeof(ValueTask) || returned == typeof(ValueTask<>) || returned == typeof(IAsyncEnumerable<>)
            where !method.IsSpecialName && method.Name is not ("DisposeAsync" or "GetDigestAsync")
            where !method.Name.EndsWith("Async", StringComparison.Ordinal) || method.GetParameters().LastOrDefault()?.ParameterType != typeof(CancellationToken)
            select $"{type.Name}.{method.Name}";

        Assert.That(wrong, Is.Empty);
    }

    // Shared instances must not be changed by one caller for all others.
    [Test]
    public void Public_static_state_cannot_be_set()
    {
        var settable = CoreTypes.Where(type => type.IsPublic).SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Static)).Where(property => property.SetMethod is { IsPublic: true });
        var fields = CoreTypes.Where(type => type is { IsPublic: true, IsEnum: false }).SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Where(field => field is { IsLiteral: false, IsInitOnly: false });

        Assert.That(settable.Select(property => property.Name).Concat(fields.Select(field => field.Name)), Is.Empty);
    }

    [GeneratedRegex(@"JsonDocument\.Parse|new Utf8Json|JsonNode\.|Json\.Default\b")]
    private static partial Regex HandWrittenJson();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|ref|file|unsafe) )*(class|interface|enum|struct|record struct|record) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    private static bool IsOfFamily(string kind, string name) =>
        kind is not ("class" or "interface") || name.EndsWith("Exception", StringComparison.Ordinal) || name.EndsWith("Converter", StringComparison.Ordinal);

    private static string[] NamespacesOf(string path)
    {
        var folders = Path.GetDirectoryName(path)!.Replace('\\', '/').Split('/')[1..];
        if (path.EndsWith("Extensions.cs", StringComparison.Ordinal) && folders is ["ImageStorage", "DependencyInjection", ..] || path.EndsWith("BuilderExtensions.cs", StringComparison.Ordinal))
        {
            return ["Microsoft.Extensions.DependencyInjection"];
        }

        if (path == "src/ImageStorage.AspNetCore/ImageEndpointExtensions.cs")
        {
            return ["Microsoft.AspNetCore.Builder"];
        }

        // The folders that only group concepts are no part of a namespace.
        var concept = folders switch
        {
            ["ImageStorage", "Layers", "Replication", var inner, .. var rest] => ["ImageStorage", inner, .. rest],
            ["ImageStorage", "Layers" or "Features" or "Providers", var inner, .. var rest] => ["ImageStorage", inner, .. rest],
            _ => folders,
        };
        return [string.Join('.', concept), .. folders[0] switch { "ImageStorage" => PublicNamespaces[..2], "ImageStorage.AspNetCore" => PublicNamespaces[..1], _ => [] }];
    }

    private static string ProjectFile(string project) => Path.Combine(Repository.Root, "src", project, $"{project}.csproj");

    private static IEnumerable<string> Items(string project, string kind) => XDocument.Load(ProjectFile(project)).Descendants(kind).Select(item => item.Attribute("Include")!.Value);
}
