using System.Net.Sockets;
using System.Security.Authentication;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using ImageStorage.AzureBlob.Tests.Transport;

namespace ImageStorage.AzureBlob.Tests.Faults;

/// <summary>
/// P7: the causes of a failure are distinguished, each with its remedy; a permanent failure is not transient.
/// </summary>
public sealed class CauseTests
{
    private static readonly Dictionary<string, (Func<Exception> Failure, string Reason, string Remedy, bool IsTransient)> Transports = new()
    {
        ["name"] = (() => new HttpRequestException(HttpRequestError.NameResolutionError, "no", new SocketException((int)SocketError.HostNotFound)), "the name of its host is not known", "name of the account", true),
        ["refused"] = (() => new HttpRequestException(HttpRequestError.ConnectionError, "no", new SocketException((int)SocketError.ConnectionRefused)), "the connection was refused", "address and port", true),
        ["network"] = (() => new HttpRequestException(HttpRequestError.ConnectionError, "no", new SocketException((int)SocketError.NetworkUnreachable)), "network cannot be reached", "firewall", true),
        ["certificate"] = (() => new HttpRequestException(HttpRequestError.SecureConnectionError, "no", new AuthenticationException("The remote certificate is invalid.")), "its certificate is not trusted", "trusted certificates", false),
        ["tls"] = (() => new HttpRequestException(HttpRequestError.SecureConnectionError, "no", new IOException("EOF")), "no TLS connection", "https or http", true),
        ["time"] = (() => new TaskCanceledException("no", new TimeoutException()), "does not answer in time", "network", true),
        ["broken"] = (() => new IOException("no"), "the connection broke", "network", true),
    };

    private static readonly (string Name, int Status, string Code, string Text, string? Date, string Reason, string Remedy)[] Answers =
    [
        ("key", 403, "AuthenticationFailed", "Server failed to authenticate the request. Server used following string to sign: secret", null, "access was refused (AuthenticationFailed)", "account key"),
        ("role", 403, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.", null, "access was refused (AuthorizationPermissionMismatch)", "Storage Blob Data Contributor"),
        ("firewall", 403, "AuthorizationFailure", "This request is not authorized to perform this operation.", null, "access was refused (AuthorizationFailure)", "firewall"),
        ("keys off", 403, "KeyBasedAuthenticationNotPermitted", "Key based authentication is not permitted on this storage account.", null, "access was refused (KeyBasedAuthenticationNotPermitted)", "set ServiceUri"),
        ("no sign-in", 401, "NoAuthenticationInformation", "Server failed to authenticate the request.", null, "access was refused (NoAuthenticationInformation)", "does not accept the sign-in"),
        ("clock by detail", 403, "AuthenticationFailed", "Request date header too old: secret", null, "access was refused (AuthenticationFailed)", "The clock of this machine"),
        ("clock by header", 403, "AuthenticationFailed", "Server failed to authenticate the request.", "Mon, 01 Jan 2001 00:00:00 GMT", "access was refused (AuthenticationFailed)", "The clock of this machine"),
        ("expired", 403, "AuthenticationFailed", "Signature not valid in the specified time frame: Start [secret] - Expiry [secret]", null, "access was refused (AuthenticationFailed)", "has expired or is not valid yet"),
        ("disabled", 403, "AccountIsDisabled", "The specified account is disabled.", null, "access was refused (AccountIsDisabled)", "subscription"),
        ("version of the service", 400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format. HeaderName: x-ms-version", null, "does not support the requested version of its interface", "older service version"),
        ("another header", 400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format. HeaderName: x-ms-date", null, "the service refused the request (InvalidHeaderValue)", "the settings of the account"),
    ];

    private static IEnumerable<string> TransportNames => Transports.Keys;

    private static IEnumerable<string> AnswerNames => Answers.Select(answer => answer.Name);

    [TestCaseSource(nameof(TransportNames))]
    public async Task Cause_of_a_request_without_a_response_is_reported(string name)
    {
        var (make, reason, remedy, isTransient) = Transports[name];
        await using var provider = Open(new FailingTransport(_ => throw new RequestFailedException("no", make())));

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => provider.GetInfoAsync("a.png"));

        Assert.That(failure!.IsTransient, Is.EqualTo(isTransient));
        Assert.That(failure.Message, Does.Contain("'a.png'").And.Contain("AzureBlob").And.Contain(reason).And.Contain(remedy));
        Assert.That(Transports.Values.Count(other => failure.Message.Contains(other.Reason, StringComparison.Ordinal)), Is.EqualTo(1), "One cause alone.");
    }

    // HttpClient lets the exception of a connection pass that is reset while it is being set up.
    [Test]
    public async Task Socket_exception_that_the_client_does_not_wrap_is_an_outage()
    {
        await using var provider = Open(new FailingTransport(_ => throw new SocketException((int)SocketError.NotConnected)));

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => provider.GetInfoAsync("a.png"));

        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(failure.Message, Does.Contain("'a.png'").And.Contain("the connection broke"));
    }

    [TestCaseSource(nameof(AnswerNames))]
    public async Task Cause_of_a_refusal_is_reported_without_texts_of_the_service(string name)
    {
        var answer = Answers.Single(answer => answer.Name == name);
        await using var provider = Open(new FailingTransport(_ => new Answer(answer.Status, answer.Code, answer.Text, answer.Date)));

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => provider.GetInfoAsync("a.png"));

        Assert.That(failure!.IsTransient, Is.False, "It does not pass by itself.");
        Assert.That(failure.Message, Does.Contain(answer.Reason).And.Contain(answer.Remedy));
        Assert.That(failure.ToString(), Does.Not.Contain("secret"));
    }

    // The real emulator, with a version that it does not support.
    [Test]
    public async Task Version_that_the_emulator_refuses_is_reported_and_not_transient()
    {
        await using var store = await AzureStore.CreateAsync();
        await using var provider = store.Open(options =>
        {
            var configure = options.ConfigureClient;
            options.ConfigureClient = client =>
            {
                configure?.Invoke(client);
                client.AddPolicy(new VersionPolicy(), HttpPipelinePosition.BeforeTransport);
            };
        });

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => provider.GetInfoAsync("a.png"));

        Assert.That(failure!.IsTransient, Is.False);
        Assert.That(failure.Message, Does.Contain("does not support the requested version of its interface").And.Contain("Update the emulator"));
    }

    private static AzureBlobImageProvider Open(HttpPipelineTransport transport) => new(new AzureBlobStorageOptions
    {
        ConnectionString = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=YQ==;EndpointSuffix=example.invalid",
        Container = "images",
        MaxRetries = 0,
        ConfigureClient = client => client.Transport = transport,
    });

    private sealed class VersionPolicy : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message) => message.Request.Headers.SetValue("x-ms-version", "2999-01-01");
    }

    private sealed class FailingTransport(Func<Request, Response> answer) : HttpPipelineTransport
    {
        private static readonly HttpClientTransport Real = new();

        public override Request CreateRequest() => Real.CreateRequest();

        public override void Process(HttpMessage message) => message.Response = answer(message.Request);

        public override ValueTask ProcessAsync(HttpMessage message)
        {
            Process(message);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Answer(int status, string code, string text, string? date) : Response
    {
        private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase) { ["x-ms-error-code"] = code, ["Content-Type"] = "application/xml" };

        public override int Status => status;

        public override string ReasonPhrase => text;

        public override Stream? ContentStream { get; set; } = new MemoryStream(System.Text.Encoding.UTF8.GetBytes($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{text}</Message></Error>"));

        public override string ClientRequestId { get; set; } = "id";

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => All.ContainsKey(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => All.Select(header => new HttpHeader(header.Key, header.Value));

        protected override bool TryGetHeader(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => All.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = All.TryGetValue(name, out var value) ? [value] : null;
            return values is not null;
        }

        private Dictionary<string, string> All => date is null ? _headers : new(_headers, StringComparer.OrdinalIgnoreCase) { ["Date"] = date };
    }
}
