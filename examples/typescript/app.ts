// A function that answers requests from a table. Node 22.18 or newer runs TypeScript as it is.
import { App, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { AttributeType, Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Code, Function, Runtime } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

class Orders extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const table = new Table(this, "Table", {
      partitionKey: { name: "id", type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const incoming = new Bucket(this, "Incoming", { removalPolicy: RemovalPolicy.RETAIN });
    const handler = new Function(this, "Handler", {
      code: Code.fromInline("exports.handler = async () => ({ statusCode: 200 });"),
      handler: "index.handler",
      runtime: Runtime.NODEJS_22_X,
    });
    table.grant(handler, "dynamodb:GetItem", "dynamodb:Query");
    handler.addToRolePolicy(
      new PolicyStatement({
        actions: ["s3:GetObject"],
        resources: [incoming.arnForObjects("orders/*")],
      }),
    );
  }
}

new Orders(new App(), "Orders");
